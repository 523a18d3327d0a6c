//go:build !long

package app_test

import "pantrie/auth/authtest/matrix"

const matrixCases = matrix.Distinct
