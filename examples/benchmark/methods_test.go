package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryMethodAnswersTheTinyInstance(t *testing.T) {
	prefix := files(t, tinyCustomers, tinyReps)
	for _, m := range methods() {
		if m.solver == nil {
			continue
		}
		stdout, stderr, status := program(t, "-method", m.name, "-verify", prefix)
		require.Equal(t, 0, status, "%s: %s", m.name, stderr)
		row := strings.Split(strings.Split(stdout, "\n")[1], ",")
		require.Equal(t, []string{"transport", "tiny", m.name, "3", "2", "1"}, row[:6])
		require.NotEqual(t, "-", row[6], "%s: cost", m.name)
	}
}

func TestDefaultMethodProvesInfeasibility(t *testing.T) {
	// 15 of workload, and room for 10.
	stdout, stderr, status := program(t, files(t, tinyCustomers, "0,0,0,0,5\n1,5,0,0,5\n"))
	require.Equal(t, 0, status)
	require.Contains(t, stdout, "\ntransport,tiny,singlesource,3,2,1,-,-,-,-,")
	require.True(t, strings.HasSuffix(stdout, ",infeasible\n"), stdout)
	require.Contains(t, stderr, "infeasible: ")
}

func TestTransportSplits(t *testing.T) {
	prefix := files(t, tinyCustomers, "0,0,0,0,11\n1,5,0,0,11\n")
	stdout, stderr, status := program(t, "-method", "transport", "-verify", prefix)
	require.Equal(t, 0, status, stderr)
	// Customer 1 is 3 metres from rep 0 and 4998 from rep 1. Rep 0 has room
	// for 11 of its 12; one unit of workload goes the long way: 2·1 + 9·3 + 4998 + 3·2.
	require.Contains(t, stdout, ",5.033,")
	require.True(t, strings.HasSuffix(stdout, ",optimal\n"), stdout)
}
