package playground

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// DefaultAddress is where the page is served if nothing else is asked for.
const DefaultAddress = "127.0.0.1:8080"

// policy lets the page load what came with it and nothing else.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

// Listen opens addr ("" for DefaultAddress). Whoever reaches the page can be
// anybody, so it refuses addresses that other machines can reach.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" {
		addr = DefaultAddress
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || !loopback(host) {
		return nil, refuse(http.StatusForbidden, "演示页没有登录，只能开在本机：地址“%s”请改成 %s。", addr, local(port))
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("page at %s: %w", addr, err)
	}
	// A hosts file may send localhost anywhere.
	if host, _, err := net.SplitHostPort(l.Addr().String()); err != nil || !loopback(host) {
		_ = l.Close()
		return nil, refuse(http.StatusForbidden, "演示页没有登录，只能开在本机：地址“%s”请改成 %s。", addr, local(port))
	}
	return l, nil
}

func local(port string) string {
	if port == "" {
		return DefaultAddress
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// loopback reports whether a host name is this machine's own.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// guard lets through what comes from this machine and, of what a browser sends,
// from our own page: another site's page must neither act nor read here.
func guard(s *server, next http.Handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if !ownHost(r.Host) {
			return refuse(http.StatusForbidden, "只能用本机地址打开，如 http://%s。", DefaultAddress)
		}
		if foreign(r) {
			return refuse(http.StatusForbidden, "请求来自别的网页，没有执行。请在会办自己的页面里操作。")
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

func ownHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return loopback(host)
}

// foreign reports whether a browser sent the request for another site. Opening
// the page by a link from elsewhere is no request of the interface.
func foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "http" || u.Host != r.Host {
			return true
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	return !reads || strings.HasPrefix(r.URL.Path, "/api/")
}
