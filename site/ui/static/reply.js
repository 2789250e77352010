// The reply: puts a template in where the cursor stands, without leaving the
// page, and goes to the first place that is to be filled in. t leads to the
// templates. Without this script the buttons do the same.
(function () {
  'use strict';
  var box = document.getElementById('reply');
  var list = document.getElementById('phrase');
  var go = document.getElementById('phrase-go');
  if (!box || !list || !go) return;

  function hole(from) {
    var at = box.value.indexOf('\u3014', from);
    if (at < 0) return false;
    var end = box.value.indexOf('\u3015', at);
    box.focus();
    box.setSelectionRange(at, end < 0 ? at + 1 : end + 1);
    return true;
  }

  function insert(text) {
    var from = box.selectionStart, to = box.selectionEnd, before = box.value.slice(0, from);
    if (before && !/\n$/.test(before) && text.length > 30) text = '\n' + text;
    box.value = before + text + box.value.slice(to);
    box.focus();
    if (!hole(from) || box.selectionStart > from + text.length) box.setSelectionRange(from + text.length, from + text.length);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function chosen(e) {
    var option = list.options[list.selectedIndex];
    var text = option && option.getAttribute('data-text');
    e.preventDefault();
    if (text) insert(text); else list.focus();
  }

  go.addEventListener('click', chosen);
  list.addEventListener('keydown', function (e) {
    if (e.key === 'Enter' && !e.isComposing) chosen(e);
    if (e.key === 'Escape') box.focus();
  });

  // A key alone does nothing where somebody types (WCAG 2.1.4).
  document.addEventListener('keydown', function (e) {
    var t = e.target;
    if (e.key !== 't' || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName)) return;
    e.preventDefault();
    list.focus();
    list.scrollIntoView({ block: 'center' });
  });
})();
