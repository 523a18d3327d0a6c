package rp

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
)

// Without certificate authorities of the machine those of the program count, for connections and for pools that
// others are added to; read when they are needed and not before.
func TestAuthoritiesComeWithTheProgram(t *testing.T) {
	const child = "PANTRIE_TEST_AUTHORITIES"
	if os.Getenv(child) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAuthoritiesComeWithTheProgram$", "-test.v")
		cmd.Env = []string{child + "=1", "SSL_CERT_FILE=" + os.DevNull, "SSL_CERT_DIR=" + t.TempDir(), "HOME=" + t.TempDir()}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	count := func() int {
		pool, err := x509.SystemCertPool()
		if err != nil {
			t.Fatal(err)
		}
		//lint:ignore SA1019 it has no part of the system's own here
		return len(pool.Subjects()) //nolint:staticcheck // see above
	}
	if n := count(); n != 0 {
		t.Fatalf("%d authorities are known already", n)
	}
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	if resp, err := (&http.Client{Transport: NewTransport()}).Get(server.URL); err == nil {
		resp.Body.Close()
		t.Error("a certificate that nobody vouches for is accepted")
	}
	if n := count(); n < 100 {
		t.Errorf("%d authorities are known after a connection", n)
	}
	//lint:ignore SA1019 as above
	if n := len(systemAuthorities().Subjects()); n < 100 { //nolint:staticcheck // see above
		t.Errorf("%d authorities to add others to", n)
	}
}
