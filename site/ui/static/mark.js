/* Marking in a submission, where scripts run: what is selected in the text is
   hidden or split off at a key or a button, and what the public would see is
   drawn anew by the server each time. Without it the same is done by ticking
   places, by writing words down, and by a button that shows the result. */
(function () {
  'use strict';
  var form = document.getElementById('marks'), box = document.getElementById('mark-text');
  if (!form || !box) { return; }
  var list = document.getElementById('places'), kind = document.getElementById('mark-kind');
  var preview = document.getElementById('preview');
  document.getElementById('mark-by-hand').hidden = false;

  // Only what could be written in has a caret for the arrow keys; so it can be,
  // and nothing that is typed stays.
  var whole = box.value;
  box.readOnly = false;
  box.setAttribute('aria-readonly', 'true');
  box.addEventListener('beforeinput', function (e) { e.preventDefault(); });
  box.addEventListener('input', function () { box.value = whole; });

  // A place counts characters, the box counts halves of some of them.
  function chars(text) {
    var n = 0, i = 0;
    while (i < text.length) {
      var c = text.charCodeAt(i);
      i += c >= 0xd800 && c < 0xdc00 ? 2 : 1;
      n++;
    }
    return n;
  }
  function add(to, name, text) {
    var e = document.createElement(name);
    if (text) { e.textContent = text; }
    return to.appendChild(e);
  }
  function flat(text) { return text.replace(/\n/g, ' '); }

  function hide() {
    var from = box.selectionStart, to = box.selectionEnd, text = box.value;
    if (from >= to || list.children.length >= +form.getAttribute('data-most')) { return; }
    var a = chars(text.slice(0, from)), b = a + chars(text.slice(from, to));
    var value = a + '-' + b + '-' + kind.value, had = list.querySelector('input[value="' + value + '"]');
    if (had) {
      had.checked = true;
    } else {
      var item = add(list, 'li'), input = add(item, 'input'), label = add(item, 'label');
      item.className = 'pick';
      input.type = 'checkbox';
      input.name = 'place';
      input.value = value;
      input.checked = true;
      input.id = label.htmlFor = 'place-' + value;
      add(label, 'span', flat(text.slice(Math.max(from - 12, 0), from)));
      add(label, 'mark', text.slice(from, to));
      add(label, 'span', flat(text.slice(to, to + 12)) + ' ');
      add(label, 'span', kind.options[kind.selectedIndex].text).className = 'meta';
      document.getElementById('no-places').hidden = true;
    }
    box.setSelectionRange(to, to);
    box.focus();
    soon();
  }
  document.getElementById('mark-go').addEventListener('click', hide);
  box.addEventListener('keydown', function (e) {
    if ((e.key === 'h' || e.key === 'H') && !e.ctrlKey && !e.altKey && !e.metaKey) {
      e.preventDefault();
      hide();
    }
  });

  // The result, as the server draws it.
  var timer = 0, asked = 0;
  function draw() {
    var mine = ++asked, body = new URLSearchParams(), all = new FormData(form);
    all.forEach(function (value, name) { body.append(name, value); });
    body.append('preview', '1');
    body.append('piece', '1');
    fetch(form.action, { method: 'POST', body: body, cache: 'no-store', credentials: 'same-origin' }).then(function (r) {
      return r.status === 200 ? r.text() : null;
    }).then(function (html) {
      if (html !== null && mine === asked) { preview.innerHTML = html; }
    }, function () {});
  }
  function soon() {
    if (!window.fetch || !window.URLSearchParams || !FormData.prototype.forEach) { return; }
    clearTimeout(timer);
    timer = setTimeout(draw, 250);
  }
  form.addEventListener('change', soon);

  // Passages that become matters of their own.
  var split = document.getElementById('split');
  if (!split) { return; }
  document.getElementById('split-by-hand').hidden = false;
  document.getElementById('split-go').addEventListener('click', function () {
    var words = box.value.slice(box.selectionStart, box.selectionEnd).trim(), rows = split.querySelectorAll('textarea');
    if (!words) { return; }
    for (var i = 0; i < rows.length; i++) {
      if (!rows[i].value.trim()) {
        rows[i].value = words;
        rows[i].focus();
        return;
      }
    }
  });
})();
