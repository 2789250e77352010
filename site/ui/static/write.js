/* The form of an opinion, where scripts run: what is like the text is shown while
   it is typed, and a draft is kept on this device if that is asked for. Without
   it the form asks before it is sent, and keeps nothing. */
(function () {
  'use strict';
  var KEY = 'rectify-draft', form = document.getElementById('opinion');

  function store(text) {
    try {
      if (text === null) { localStorage.removeItem(KEY); } else { localStorage.setItem(KEY, text); }
      return true;
    } catch (e) { return false; }
  }
  function stored() {
    try { return localStorage.getItem(KEY); } catch (e) { return null; }
  }

  // A code is shown once: it can be copied and printed at a touch.
  function carry(take) {
    var copy = document.getElementById('copy'), said = document.getElementById('copied');
    take.hidden = false;
    document.getElementById('print').addEventListener('click', function () { window.print(); });
    copy.addEventListener('click', function () {
      var box = document.createElement('textarea'); // the clipboard's own interface is missing on plain http
      box.value = copy.getAttribute('data-before') + document.getElementById(take.getAttribute('data-code')).textContent.trim().replace(/\s+/g, ' ');
      box.className = 'vh';
      document.body.appendChild(box);
      box.select();
      try { if (document.execCommand('copy')) { said.textContent = said.getAttribute('data-text'); } } catch (e) { /* it can still be marked by hand */ }
      document.body.removeChild(box);
      copy.focus();
    });
  }

  if (!form) { // the page after sending
    var take = document.getElementById('take');
    if (take && take.getAttribute('data-code') === 'code') { store(null); }
    if (take) { carry(take); }
    return;
  }
  var text = form.elements.text;

  // Opinions that are alike.
  var like = document.getElementById('like'), soon = 0, asked = 0;
  function look() {
    var mine = ++asked, body = new URLSearchParams();
    body.append('text', text.value);
    body.append('notice', form.elements.notice ? form.elements.notice.value : '');
    fetch(like.getAttribute('data-url'), { method: 'POST', body: body, cache: 'no-store' }).then(function (r) {
      return r.status === 200 ? r.text() : r.status === 204 ? '' : null;
    }).then(function (html) {
      if (html !== null && mine === asked) { like.innerHTML = html; }
    }, function () {});
  }
  if (like && window.fetch && window.URLSearchParams) {
    text.addEventListener('input', function () {
      clearTimeout(soon);
      soon = setTimeout(look, 800);
    });
  }

  // A draft on this device.
  var box = document.getElementById('draft'), on = document.getElementById('draft-on'), was = document.getElementById('draft-was');
  if (!box || !('localStorage' in window)) { return; }
  var kept = stored();
  box.hidden = false;
  if (kept !== null) {
    on.checked = true;
    was.hidden = false;
    if (!text.value) { text.value = kept; }
  }
  function keep() {
    if (!on.checked) { return; }
    if (!store(text.value)) { on.checked = false; }
  }
  on.addEventListener('change', function () {
    if (on.checked) { keep(); } else { store(null); was.hidden = true; }
  });
  text.addEventListener('input', keep);
  document.getElementById('draft-off').addEventListener('click', function () {
    store(null);
    on.checked = false;
    was.hidden = true;
    text.value = '';
    text.focus();
  });
})();
