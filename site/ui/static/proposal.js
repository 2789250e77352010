/* A line that a finding names is gone to and marked in the box of the text.
   Without scripts the link leads to the same line in the numbered text. */
(function () {
  'use strict';
  var box = document.getElementById('source');
  if (!box) { return; }
  document.addEventListener('click', function (e) {
    var link = e.target.closest && e.target.closest('a[data-line]');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) { return; }
    var lines = box.value.split('\n'), n = +link.getAttribute('data-line') - 1;
    if (n >= lines.length) { return; }
    e.preventDefault();
    var from = lines.slice(0, n).join('\n').length + (n > 0 ? 1 : 0);
    box.setSelectionRange(from, from); // focusing scrolls to the caret, not to a selection
    box.blur();
    box.focus();
    box.setSelectionRange(from, from + lines[n].length);
    box.scrollIntoView({ block: 'nearest' });
  });
}());
