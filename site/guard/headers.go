package guard

import "github.com/valyala/fasthttp"

// Headers sets what every answer says. The policy allows this site's own
// files and nothing inline; secure adds HSTS where the site is reached by https.
func Headers(h *fasthttp.ResponseHeader, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	// Not no-referrer: under it browsers send forms with "Origin: null", and a
	// page of ours could not be told from a foreign one.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
