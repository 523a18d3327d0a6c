//go:build keycloak

package app_test

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// keycloak is a Keycloak that runs for the tests, and what is needed to rule it. It keeps everything in memory.
type keycloak struct {
	url    string
	secret string // of the client that may do everything
}

// keycloakClient is that client's id.
const keycloakClient = "pantrie-tests"

// untilAlone runs a program in the shell, and kills it and everything that it started when the shell's input ends,
// which it does with the test however that ends. All of them are in a process group of their own.
const untilAlone = `exec 3<&0; { cat <&3; kill -9 0; } >/dev/null 2>&1 & exec "$@" 3<&- </dev/null`

var keycloakListens = regexp.MustCompile(`Listening on: (http://127\.0\.0\.1:\d+)\n`)

// startKeycloak runs the Keycloak that .ci/keycloak has brought, on a port that the system chooses. It ends with the
// test.
func startKeycloak(t *testing.T) *keycloak {
	t.Helper()
	home, err := filepath.Abs(cmp.Or(os.Getenv("PANTRIE_KEYCLOAK"), "the folder of Keycloak"))
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(home, "bin", "kc.sh")
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v: run these tests by make test-keycloak, which brings Keycloak", err)
	}
	k := &keycloak{secret: rand.Text()}
	cmd := exec.Command("sh", "-c", untilAlone, "keycloak", program, "start-dev",
		"--db=dev-mem", "--http-host=127.0.0.1", "--http-port=0")
	cmd.Env = append(cmd.Environ(),
		"KC_BOOTSTRAP_ADMIN_CLIENT_ID="+keycloakClient, "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET="+k.secret)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	alone, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, ended := &journal{}, make(chan struct{})
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait() // which is always an error: it is killed
		close(ended)
	}()
	t.Cleanup(func() {
		_ = alone.Close()
		<-ended
		if t.Failed() {
			t.Logf("Keycloak's output:\n%s", output)
		}
	})
	listens := func(text string) bool {
		found := keycloakListens.FindStringSubmatch(text)
		if found != nil {
			k.url = found[1]
		}
		return found != nil
	}
	for range 5 { // the first start of all also puts Keycloak together
		if output.until(ended, listens) {
			return k
		}
	}
	t.Fatal("Keycloak does not start")
	return nil
}

// send asks Keycloak's administration, and fails the test for anything but success. It returns the answer's body and
// the address of what was made, if something was.
func (k *keycloak) send(t *testing.T, method, path string, in any) (body []byte, made string) {
	t.Helper()
	var text []byte
	if in != nil {
		var err error
		if text, err = json.Marshal(in); err != nil {
			t.Fatal(err)
		}
	}
	req, err := http.NewRequest(method, k.url+"/admin/realms"+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	access := k.tokens(t, "master", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {keycloakClient}, "client_secret": {k.secret},
	})
	req.Header.Set("Authorization", "Bearer "+access)
	req.Header.Set("Content-Type", "application/json")
	resp, body := k.answer(t, req)
	return body, resp.Header.Get("Location")
}

// read is send for what is there; into takes the answer.
func (k *keycloak) read(t *testing.T, path string, into any) {
	t.Helper()
	body, _ := k.send(t, http.MethodGet, path, nil)
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v: %s", path, err, body)
	}
}

// tokens asks a realm's token endpoint, and returns the access token.
func (k *keycloak) tokens(t *testing.T, realm string, form url.Values) string {
	t.Helper()
	address := k.url + "/realms/" + realm + "/protocol/openid-connect/token"
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, body := k.answer(t, req)
	var out struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &out); err != nil || out.Token == "" {
		t.Fatalf("no access token of the realm %s: %v", realm, err)
	}
	return out.Token
}

func (k *keycloak) answer(t *testing.T, req *http.Request) (*http.Response, []byte) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("status %d: %s", resp.StatusCode, body)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	return resp, body
}
