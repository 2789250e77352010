/* Work that a busy site asks for before it takes a form: find a number so that
   SHA-256(hex(SHA-256(stamp)) + number) begins with so many zero bits. The page
   starts it in a worker as soon as it is open and never waits for long; without
   it the form is sent all the same. Old phones run this: no modules, nothing
   newer than typed arrays. crypto.subtle is not used: it is missing on plain
   http, and a promise for every hash makes it slower than this. */
(function (root) {
  'use strict';
  var K = new Int32Array(64), H = new Int32Array(8), W = new Int32Array(64);

  // The constants are the first bits of the fractions of roots of the primes.
  (function () {
    for (var n = 2, i = 0; i < 64; n++) {
      var prime = true;
      for (var d = 2; d * d <= n; d++) { if (n % d === 0) { prime = false; } }
      if (prime) {
        if (i < 8) { H[i] = frac(Math.pow(n, 1 / 2)); }
        K[i++] = frac(Math.pow(n, 1 / 3));
      }
    }
    function frac(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
  })();

  // block mixes one block of 64 bytes, put into W[0..15], into the state s.
  function block(s, out) {
    var a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7], i, x, y, t, u;
    for (i = 0; i < 64; i++) {
      if (i > 15) {
        x = W[i - 15]; y = W[i - 2];
        W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
          ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
      }
      t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + W[i] | 0;
      u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
    }
    out[0] = s[0] + a; out[1] = s[1] + b; out[2] = s[2] + c; out[3] = s[3] + d;
    out[4] = s[4] + e; out[5] = s[5] + f; out[6] = s[6] + g; out[7] = s[7] + h;
  }

  // fill puts the bytes of a text from a place on into W; with the length of the
  // whole in bytes it is the last block.
  function fill(text, from, whole) {
    for (var i = 0; i < 16; i++) { W[i] = 0; }
    for (i = 0; i < 64 && from + i < text.length; i++) { W[i >> 2] |= text.charCodeAt(from + i) << 24 - i % 4 * 8; }
    if (whole !== undefined) {
      W[i >> 2] |= 128 << 24 - i % 4 * 8;
      W[15] = whole * 8;
    }
  }

  function hex(s) {
    for (var i = 0, text = ''; i < 8; i++) { text += ('0000000' + (s[i] >>> 0).toString(16)).slice(-8); }
    return text;
  }

  // search answers how to try some numbers; it gives the one that fits, or ''.
  function search(stamp, bits) {
    var s = new Int32Array(8), mid = new Int32Array(8), n = 0;
    fill(stamp, 0, stamp.length); // a stamp is shorter than a block
    block(H, s);
    fill(hex(s), 0);
    block(H, mid);
    return function (some) {
      for (; some > 0; some--, n++) {
        var text = String(n);
        fill(text, 0, 64 + text.length);
        block(mid, s);
        if (bits > 31 ? s[0] === 0 : s[0] >>> 32 - bits === 0) { return text; }
      }
      return '';
    };
  }

  if (typeof document === 'undefined') { // the worker
    root.onmessage = function (e) {
      var tryMore = search(e.data.stamp, e.data.bits), found = '';
      while (!found) { found = tryMore(10000); }
      root.postMessage(found);
    };
    return;
  }

  var form = document.getElementById('opinion'), script = document.getElementById('proof-js');
  if (!form || !script || typeof Int32Array === 'undefined') { return; }
  var stamp = form.elements.stamp.value, proof = form.elements.proof, bits = +form.getAttribute('data-bits');
  var waiting = false, sent = false;
  if (proof.value || !bits || !stamp) { return; }

  function done(found) {
    proof.value = found;
    if (waiting) { send(); }
  }
  function send() {
    if (!sent) {
      sent = true;
      HTMLFormElement.prototype.submit.call(form);
    }
  }
  function slowly() { // without workers: a little at a time, beside the typing
    var tryMore = search(stamp, bits);
    (function step() {
      var found = tryMore(400);
      if (found) { done(found); } else { setTimeout(step, 20); }
    })();
  }

  try {
    var worker = new Worker(script.src);
    worker.onmessage = function (e) { worker.terminate(); done(e.data); };
    worker.onerror = function () { worker.terminate(); slowly(); };
    worker.postMessage({ stamp: stamp, bits: bits });
  } catch (e) {
    slowly();
  }

  form.addEventListener('submit', function (e) {
    if (proof.value || sent) { return; }
    e.preventDefault();
    if (waiting) { return; }
    waiting = true;
    var say = document.getElementById('proof-say');
    if (say) { say.textContent = form.getAttribute('data-wait'); }
    setTimeout(send, 15000); // whoever has a slow phone is not kept out
  });
  window.addEventListener('pageshow', function (e) { if (e.persisted) { waiting = sent = false; } });
})(this);
