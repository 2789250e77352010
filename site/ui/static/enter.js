// The form for what comes by phone: keeps what is typed at every pause, and
// shows what is like it. Without this script the buttons do the same.
(function () {
  'use strict';
  var form = document.getElementById('entry');
  if (!form || !window.fetch || !window.URLSearchParams || !window.FormData) return;
  var kept = document.getElementById('kept');
  var similar = document.getElementById('similar');
  var keepSoon = 0, lookSoon = 0, dirty = false, sending = false, asked = 0;

  var print = document.getElementById('print'); // of what was just filed
  if (print) {
    print.hidden = false;
    print.addEventListener('click', function () { window.print(); });
  }

  function body() { // files go with the form itself, not with every pause
    var data = new FormData(form);
    data.delete('files');
    return new URLSearchParams(data);
  }

  function post(url, leaving) {
    return fetch(url, { method: 'POST', body: body(), credentials: 'same-origin', keepalive: leaving, cache: 'no-store' })
      .then(function (r) { if (!r.ok) throw new Error(r.status); return r; });
  }

  function keep(leaving) {
    clearTimeout(keepSoon);
    if (!dirty || sending) return;
    dirty = false;
    post(form.dataset.draft, leaving).then(function () {
      if (!kept) return;
      var d = new Date();
      kept.textContent = form.dataset.kept.replace('{t}', ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2) + ':' + ('0' + d.getSeconds()).slice(-2));
    }, function () {
      dirty = true;
      if (kept) kept.textContent = form.dataset.off;
    });
  }

  function look() {
    var mine = ++asked;
    post(form.dataset.similar, false).then(function (r) { return r.text(); }).then(function (html) {
      if (mine === asked && similar) similar.innerHTML = html;
    }, function () {});
  }

  form.addEventListener('input', function (e) {
    dirty = true;
    clearTimeout(keepSoon);
    keepSoon = setTimeout(keep, 300);
    if (e.target.name === 'text' || e.target.name === 'target') {
      clearTimeout(lookSoon);
      lookSoon = setTimeout(look, 700);
    }
  });
  form.addEventListener('change', function (e) {
    if (e.target.name === 'channel' && /^(post|visit)$/.test(e.target.value)) document.getElementById('paper').open = true;
  });
  form.addEventListener('submit', function () { sending = true; });
  form.addEventListener('keydown', function (e) {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.isComposing) {
      e.preventDefault();
      sending = true;
      form.submit();
    }
  });
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden') keep(true); });
  window.addEventListener('pagehide', function () { keep(true); });
  window.addEventListener('pageshow', function () { sending = false; });
})();
