package app_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkMe is the request behind every page, without the network.
func BenchmarkMe(b *testing.B) {
	h, _ := newHome(b)
	signedIn := h.browser()
	signedIn.login(200, adminEmail, adminPassword)
	cookie := h.lastCookie(signedIn)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("GET", h.server.URL+"/api/v1/auth/me", nil).WithContext(b.Context())
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		h.api.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
}
