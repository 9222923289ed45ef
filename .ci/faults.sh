#!/usr/bin/env bash
# Runs huiban against the fakes of Feishu and DingTalk while everything breaks, much longer than
# `make test` does, and with power cuts: nothing may be lost or seen twice.
#
#     bash .ci/faults.sh [2m]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

HUIBAN_TEST_FAULTS_FOR=${1:-2m} CGO_ENABLED=1 go test -race -count=1 -timeout 20m -run '^TestFaults$' -v ./cmd/huiban
