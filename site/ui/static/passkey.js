// Passkeys: asks this browser for a key where the page offers one, and shows the
// offer only where the browser knows them. Everything else works without.
(function () {
  'use strict';
  if (!window.PublicKeyCredential || !navigator.credentials || !window.fetch || !window.URLSearchParams) return;

  function bytes(s) {
    var raw = atob(s.replace(/-/g, '+').replace(/_/g, '/')), out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  function text(buffer) {
    var raw = '', b = new Uint8Array(buffer);
    for (var i = 0; i < b.length; i++) raw += String.fromCharCode(b[i]);
    return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }

  function opened(key) {
    key.challenge = bytes(key.challenge);
    if (key.user) key.user.id = bytes(key.user.id);
    [key.excludeCredentials, key.allowCredentials].forEach(function (list) {
      (list || []).forEach(function (c) { c.id = bytes(c.id); });
    });
    return key;
  }

  function written(c) {
    var r = c.response, out = { clientDataJSON: text(r.clientDataJSON) };
    if (r.attestationObject) {
      out.attestationObject = text(r.attestationObject);
      if (r.getTransports) out.transports = r.getTransports();
    } else {
      out.authenticatorData = text(r.authenticatorData);
      out.signature = text(r.signature);
      if (r.userHandle) out.userHandle = text(r.userHandle);
    }
    return JSON.stringify({ id: c.id, rawId: text(c.rawId), type: c.type, response: out, clientExtensionResults: {} });
  }

  function post(url, fields) {
    return fetch(url, { method: 'POST', body: new URLSearchParams(fields), credentials: 'same-origin', cache: 'no-store' });
  }

  // A page that asks for proof first answers with where to give it.
  function answer(r) {
    return r.text().then(function (body) {
      var said = {};
      try { said = JSON.parse(body); } catch (e) { /* a page for people */ }
      if (r.ok) return said;
      if (r.status === 403 && said.to) location.assign(said.to);
      throw new Error(r.status);
    });
  }

  function offer(box) {
    var button = box.querySelector('button'), say = box.querySelector('.err'), d = box.dataset;

    function fields() {
      var f = { kind: d.kind };
      if (d.csrf) f.csrf = d.csrf;
      if (d.token) f.t = d.token;
      if (d.back) f.back = d.back;
      (d.names || '').split(' ').forEach(function (name) {
        var input = name && document.getElementById(name);
        if (input) f[name] = input.value;
      });
      return f;
    }

    button.addEventListener('click', function () {
      say.textContent = '';
      button.disabled = true;
      post(d.begin, fields()).then(answer).then(function (o) {
        var key = { publicKey: opened(o.publicKey) };
        return key.publicKey.user ? navigator.credentials.create(key) : navigator.credentials.get(key);
      }).then(function (c) {
        var f = fields();
        f.credential = written(c);
        return post(d.end, f);
      }).then(answer).then(function (said) {
        if (d.form) document.getElementById(d.form).submit();
        else location.assign(said.to);
      }).catch(function () {
        say.textContent = d.fail;
        button.disabled = false;
        button.focus();
      });
    });
    box.hidden = false;
  }

  Array.prototype.forEach.call(document.querySelectorAll('.pk'), offer);
})();
