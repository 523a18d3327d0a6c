package app_test

import (
	"testing"

	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
)

// TestMatrix plays the matrix of sign-ins over the API that people use. The whole of it runs in package auth, whose
// matter the decisions are. What the API adds is how it tells them: the status, the code, and the page that the browser
// is sent to with the reason and the reference. So here each of these is told once in every group, and with the build
// tag long (make test-matrix) by every case.
func TestMatrix(t *testing.T) {
	matrix.Run(t, func(t testing.TB, tune ...func(*auth.Config)) *matrix.Host {
		t.Helper()
		return newHomeWith(t, nil, tune...).plain
	}, matrixCases)
}
