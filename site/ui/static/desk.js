// The desk by keyboard, what is new, and who else is here. Without this script
// links and buttons on the page do the same. An element with data-key="x" is
// what the key x presses, or where it leads.
(function () {
  'use strict';
  var body = document.body;
  var on = body.getAttribute('data-keys') !== 'off';

  function all(sel, from) { return Array.prototype.slice.call((from || document).querySelectorAll(sel)); }
  function one(sel, from) { return (from || document).querySelector(sel); }
  function shown(el) { return el && el.getClientRects().length > 0; }

  var left = ''; // the queue as one left it: its view, filters and page
  try {
    if (one('#picks')) sessionStorage.setItem('queue', location.pathname + location.search.replace(/([?&])(order|done)=[^&]*&?/g, '$1'));
    left = sessionStorage.getItem('queue') || '';
    if (left.split('?')[0] !== body.getAttribute('data-queue')) left = '';
  } catch (e) { /* no storage: the queue as it opens */ }

  var current = one('.deskbar [aria-current]'); // on a phone the bar is one line that slides
  if (current && current.scrollIntoView) current.scrollIntoView({ block: 'nearest', inline: 'nearest' });

  // --- keys
  function typing(el) {
    return el && (el.isContentEditable || /^(SELECT|TEXTAREA)$/.test(el.tagName) ||
      (el.tagName === 'INPUT' && !/^(checkbox|radio|button|submit|reset)$/.test(el.type)));
  }

  function rows() { return all('table.queue tbody tr'); }

  function here() { // the row that has the focus, or had it last
    var el = document.activeElement, row = el && el.closest ? el.closest('table.queue tbody tr') : null;
    return row || one('table.queue tr.cur');
  }

  function go(step) {
    var list = rows(), row = here(), at = list.indexOf(row);
    if (!list.length) return;
    at = row ? Math.max(0, Math.min(list.length - 1, at + step)) : (step > 0 ? 0 : list.length - 1);
    if (row) row.classList.remove('cur');
    list[at].classList.add('cur');
    one('.what a', list[at]).focus();
    if (list[at].scrollIntoView) list[at].scrollIntoView({ block: 'nearest' });
  }

  function tick(row) {
    var box = row && one('.tick', row);
    if (box) { box.checked = !box.checked; counted(); }
  }

  function press(el) {
    for (var d = el.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
    if (typing(el)) { el.focus(); if (el.select) el.select(); } else { el.focus(); el.click(); }
  }

  function act(key) {
    var row = here();
    switch (key) {
      case 'j': go(1); return true;
      case 'k': go(-1); return true;
      case 'o': if (row) { one('.what a', row).click(); return true; } return false;
      case 'x': if (row && one('.tick', row)) { tick(row); return true; } return false;
      case 'u': location.href = left || body.getAttribute('data-queue'); return true;
      case '?': sheet(); return true;
      case 'a': // what is ticked, else the row that one is on
        if (one('#picks') && row && !all('#picks .tick:checked').length) tick(row);
        if (one('#picks') && !all('#picks .tick:checked').length) return false;
    }
    var el = all('[data-key]').filter(function (e) { return e.getAttribute('data-key') === key && (shown(e) || e.closest('details')); })[0];
    if (!el && key === '/') el = one('#q');
    if (!el) return false;
    press(el);
    return true;
  }

  document.addEventListener('keydown', function (e) {
    if (!on || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.repeat && !/^[jk]$/.test(e.key)) return;
    if (typing(e.target) || one('dialog[open]')) return;
    if (act(e.key)) e.preventDefault();
  });

  // --- the sheet of keys
  function sheet() {
    var d = document.createElement('dialog'), url = body.getAttribute('data-sheet');
    if (!d.showModal || !window.fetch || !window.DOMParser) { location.href = url; return; }
    fetch(url, { credentials: 'same-origin', cache: 'no-store' }).then(function (r) { if (!r.ok) throw new Error(r.status); return r.text(); }).then(function (html) {
      var keys = new DOMParser().parseFromString(html, 'text/html').getElementById('keys');
      if (!keys) throw new Error('no sheet');
      var head = one('h1', keys), close = document.createElement('button');
      head.id = 'keys-h';
      d.className = 'keys-d';
      d.setAttribute('aria-labelledby', 'keys-h');
      d.appendChild(document.importNode(keys, true));
      close.type = 'button';
      close.className = 'b';
      close.textContent = body.getAttribute('data-close');
      close.addEventListener('click', function () { d.close(); });
      d.appendChild(close);
      d.addEventListener('close', function () { d.remove(); });
      body.appendChild(d);
      d.showModal();
      close.focus();
    }).catch(function () { location.href = url; });
  }

  // --- what is ticked
  var picks = one('#picks');
  function counted() {
    var n = all('.tick:checked', picks).length, said = one('.bulk .ticked', picks);
    if (said) said.textContent = n ? picks.getAttribute('data-picked').replace('{n}', n) : '';
    if (n && one('.bulk', picks)) one('.bulk', picks).open = true;
  }
  if (picks) {
    picks.addEventListener('change', function (e) { if (e.target.classList.contains('tick')) counted(); });
    counted();
  }

  // --- what has arrived since the page was made; nothing on the page moves
  var box = one('#arrived');
  if (box && window.EventSource) {
    var news = new EventSource(box.getAttribute('data-stream')), most = 200;
    news.addEventListener('arrived', function (e) {
      var n = parseInt(e.data, 10);
      if (!(n > 0)) return;
      one('p', box).textContent = box.getAttribute(n >= most ? 'data-most' : 'data-some').replace('{n}', n);
      one('a', box).hidden = false;
    });
    window.addEventListener('pagehide', function () { news.close(); });
  }

  // --- orders: how far they are
  all('[data-order]').forEach(function watch(order) {
    if (!window.fetch || !window.DOMParser) return;
    var left = parseInt(order.getAttribute('data-left'), 10) || 0;
    setTimeout(function () {
      fetch(order.getAttribute('data-order'), { credentials: 'same-origin', cache: 'no-store' }).then(function (r) { if (!r.ok) throw new Error(r.status); return r.text(); }).then(function (html) {
        var now = new DOMParser().parseFromString(html, 'text/html').getElementById(order.id);
        if (!now) return;
        var p = one('p[role=status]', order), q = one('p[role=status]', now), open = now.getAttribute('data-order');
        if (p.textContent !== q.textContent) p.innerHTML = q.innerHTML;
        if (!one('form', now) && one('form', order)) one('form', order).remove();
        if (one('ul', now) && !one('ul', order)) order.appendChild(document.importNode(one('ul', now), true));
        if (open) { order.setAttribute('data-left', now.getAttribute('data-left')); watch(order); }
      }, function () { order.setAttribute('data-left', '5'); watch(order); });
    }, Math.max(left, 1) * 1000 + 500);
  });

  // --- who else is on this page
  var me = one('#here');
  if (me && window.fetch && window.URLSearchParams) {
    var post = function (more, leaving) {
      var form = new URLSearchParams({ csrf: me.getAttribute('data-csrf') });
      if (more) form.append(more, '1');
      return fetch(me.getAttribute('data-here'), { method: 'POST', body: form, credentials: 'same-origin', cache: 'no-store', keepalive: !!leaving });
    };
    var look = function () {
      if (document.visibilityState === 'hidden') return;
      post().then(function (r) { if (!r.ok) throw new Error(r.status); return r.json(); }).then(function (d) {
        var p = one('.look', me);
        if (p.textContent !== d.others) p.textContent = d.others;
      }).catch(function () {});
    };
    setInterval(look, 20000);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pagehide', function () { post('leave', true); });
  }
})();
