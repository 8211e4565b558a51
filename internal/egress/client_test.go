package egress_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"parley/internal/egress"
)

func TestPublic(t *testing.T) {
	for address, public := range map[string]bool{
		"8.8.8.8": true, "93.184.216.34": true, "2a00:1450:4001:80b::200e": true, "64:ff9b::808:808": true,
		"127.0.0.1": false, "127.9.9.9": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false, "240.0.0.1": false,
		"::1": false, "::": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false,
		"fc00::1": false, "fd12::1": false, "ff02::1": false, "64:ff9b::7f00:1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false, "2001::1": false, "2001:db8::1": false,
	} {
		if got := egress.Public(netip.MustParseAddr(address)); got != public {
			t.Errorf("[M-42/ssrf] %s: public %v, want %v", address, got, public)
		}
	}
}

func TestCheckURL(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://hooks.example.org/x?y=1": true, "http://8.8.8.8:8080/": true,
		"": false, "ftp://example.org": false, "file:///etc/passwd": false, "javascript:alert(1)": false, "https://": false, "https:example.org": false,
		"https://user:pass@example.org": false, "http://127.0.0.1": false, "http://[::1]:80/": false, "http://localhost": false, "http://LOCALHOST./": false,
		"http://a.localhost": false, "http://169.254.169.254/latest/meta-data": false, "http://[::ffff:10.0.0.1]/": false, "http://10.0.0.1%00@8.8.8.8/": false,
	} {
		if err := egress.CheckURL(raw, false); (err == nil) != ok {
			t.Errorf("[M-42/ssrf] %q: %v", raw, err)
		}
	}
	if err := egress.CheckURL("http://127.0.0.1:9000/", true); err != nil {
		t.Errorf("[M-42/ssrf] allowed private address: %v", err)
	}
}

func TestClient(t *testing.T) {
	hits := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/secret", http.StatusFound)
		}
	}))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	t.Run("[M-42/ssrf] names and numbers that lead inside are not connected to", func(t *testing.T) {
		// 127.1, 2130706433 and 0x7f000001 are ways to write 127.0.0.1 that some resolvers take.
		for _, host := range []string{"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0"} {
			resp, err := egress.Client(egress.Options{}).Get("http://" + host + port)
			if err == nil {
				_ = resp.Body.Close()
				t.Errorf("%s was reached", host)
			}
		}
		if hits != 0 {
			t.Errorf("%d requests arrived", hits)
		}
	})
	t.Run("[M-42/ssrf] the reason is said, and nothing else", func(t *testing.T) {
		_, err := egress.Client(egress.Options{}).Get(server.URL)
		if !errors.Is(err, egress.ErrPrivate) || egress.Reason(err) != egress.ErrPrivate.Error() {
			t.Error(err)
		}
	})
	t.Run("[M-42/ssrf] redirects are not followed", func(t *testing.T) {
		hits = 0
		resp, err := egress.Client(egress.Options{AllowPrivate: true}).Get(server.URL + "/away")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusFound || hits != 1 {
			t.Errorf("%d after %d requests", resp.StatusCode, hits)
		}
	})
}
