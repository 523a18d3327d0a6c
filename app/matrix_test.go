package app_test

import (
	"testing"

	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
)

// TestMatrix plays the matrix of sign-ins over the API that people use.
func TestMatrix(t *testing.T) {
	matrix.Run(t, func(t testing.TB, tune ...func(*auth.Config)) *matrix.Host {
		t.Helper()
		return newHomeWith(t, nil, tune...).plain
	}, matrix.Every)
}
