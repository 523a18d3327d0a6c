//go:build linux

package app_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The disk fills up: what does not fit is refused with the reason and stored in no part, reading goes on, and once
// there is room everything goes on. The disk is a real one of 3 MB, in a namespace of its own.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	mounted := exec.Command("/bin/sh", "-c", `mount -t tmpfs -o size=3m none "$1" && head -c 1000000 /dev/zero > "$1/filler" && exec "$2"`, "sh", dir, path)
	mounted.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	p := launchAs(t, mounted, dir, "PANTRIE_ADMIN_EMAIL="+adminEmail, "PANTRIE_ADMIN_PASSWORD="+adminPassword)
	client := clientWithJar(t)
	base, product := begin(t, p, client)
	stored, status := 0, 0
	for ; stored < 5000; stored++ {
		if status, err = p.post(client, base+"/shopping", map[string]any{"text": fmt.Sprintf("thing %c%c%c", 'a'+stored/676%26, 'a'+stored/26%26, 'a'+stored%26), "note": strings.Repeat("x", 900)}); err != nil || status != 200 {
			break
		}
	}
	if err != nil || status != 507 {
		t.Fatalf("after %d: %d, %v\n%s", stored, status, err, p.output)
	}
	var list struct{ Wanted []struct{ Text string } }
	getJSON(t, client, p.url+base+"/shopping", &list)
	if len(list.Wanted) != stored {
		t.Errorf("%d are there, %d were answered", len(list.Wanted), stored)
	}
	p.says("the disk is full")
	if status, err := p.post(client, "/api/v1/admin/backups", nil); err != nil || status != 507 {
		t.Errorf("a backup: %d, %v", status, err)
	}
	resp, err := client.Get(p.url + base + "/export.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != 507 || !strings.Contains(string(text), "disk_full") {
		t.Errorf("an export: %d %s, %v", resp.StatusCode, text, err)
	}
	inside := fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, dir)
	if left, err := filepath.Glob(inside + "/backups/*"); err != nil || len(left) > 0 {
		t.Errorf("left of the backup: %v, %v", left, err)
	}
	if err := os.Remove(inside + "/filler"); err != nil {
		t.Fatal(err)
	}
	if status, err := p.post(client, base+"/stock/add", map[string]any{"productId": product}); err != nil || status != 200 {
		t.Errorf("with room again: %d, %v\n%s", status, err, p.output)
	}
}
