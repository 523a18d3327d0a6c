package address

import "testing"

func TestParsePublicURL(t *testing.T) {
	for text, want := range map[string]string{
		"https://pantry.example.org": "https://pantry.example.org", "https://Pantry.example.org/": "https://pantry.example.org",
		"http://192.168.1.5:8000": "http://192.168.1.5:8000", "https://home.example.org/pantrie/": "https://home.example.org/pantrie",
		"https://pantry.example.org:443": "https://pantry.example.org", "http://localhost:80/x": "http://localhost/x",
		"": "", "pantry.example.org": "", "ftp://x": "", "https://": "", "https://u:p@x": "", "https://x/?a=1": "", "https://x/#a": "", "https://x//y": "", "https://x/\"y": "",
	} {
		got, err := Parse(text)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("ParsePublicURL(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}
