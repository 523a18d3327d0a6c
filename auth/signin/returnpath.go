package signin

import (
	"net/url"
	"strings"
)

// mostReturnPath is the most bytes of a path to go back to.
const mostReturnPath = 2000

// ReturnPath makes a path inside Pantrie of what a link asks for; whatever could lead
// elsewhere becomes "/". The fragment is dropped. (RFC 9700, section 4.11: no open redirectors.)
func ReturnPath(asked string) string {
	if !strings.HasPrefix(asked, "/") || strings.HasPrefix(asked, "//") || len(asked) > mostReturnPath {
		return "/"
	}
	for _, r := range asked {
		if r == '\\' || r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return "/"
		}
	}
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "/"
	}
	// An empty or dotted segment, written plainly or percent-encoded, could end as "//host" once
	// a browser or a proxy has tidied the path; a backslash counts as a slash for some.
	if strings.Contains(u.Path, "//") || strings.Contains(u.Path+"/", "/./") || strings.Contains(u.Path+"/", "/../") || strings.ContainsAny(u.Path, "\\\r\n\t") {
		return "/"
	}
	clean := url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
	path := clean.String()
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || len(path) > mostReturnPath { // which grows when it is encoded
		return "/"
	}
	// The API answers with data, not with pages.
	if u.Path == "/api" || strings.HasPrefix(u.Path, "/api/") {
		return "/"
	}
	return path
}
