package guard

import (
	"net/netip"
	"strings"

	"github.com/valyala/fasthttp"
)

// Coarse is what tells one visitor from another well enough to count a thing
// once and too badly to know anybody again: the network, as limits have it, and
// the kind of device and browser without any version.
func Coarse(ctx *fasthttp.RequestCtx, proxies Proxies) string {
	return network(proxies.Client(ctx)) + " " + kindOf(string(ctx.Request.Header.UserAgent()))
}

func network(addr netip.Addr) string { return counted(addr, true).String() }

// kindOf is the kind of device and browser. Browsers name others that they are
// like, so the order matters.
func kindOf(agent string) string {
	device, browser := "other", "other"
	for _, d := range []string{"HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux"} {
		if strings.Contains(agent, d) {
			device = d
			break
		}
	}
	for _, b := range []string{"MicroMessenger", "QQBrowser", "UCBrowser", "HuaweiBrowser", "MiuiBrowser", "DingTalk", "Edg", "OPR", "Firefox", "Chrome", "Safari"} {
		if strings.Contains(agent, b) {
			browser = b
			break
		}
	}
	return device + " " + browser
}
