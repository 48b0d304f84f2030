package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryMethodAnswersTheTinyInstance(t *testing.T) {
	prefix := files(t, tinyCustomers, tinyReps)
	for _, m := range methods() {
		stdout, stderr, status := program(t, "-method", m.name, "-verify", prefix)
		require.Equal(t, 0, status, "%s: %s", m.name, stderr)
		row := strings.Split(strings.Split(stdout, "\n")[1], ",")
		require.Equal(t, []string{"transport", "tiny", m.name, "3", "2", "1"}, row[:6])
		require.NotEqual(t, "-", row[6], "%s: cost", m.name)
	}
}
