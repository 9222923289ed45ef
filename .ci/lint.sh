#!/usr/bin/env bash
# Runs golangci-lint over the packages given, or over all of them.
#
# The version in tools.env is built into .ci/bin once (a few minutes); a lint
# that cannot run is a failure, never a pass.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=.ci/tools.env
source .ci/tools.env

readonly lint=.ci/bin/golangci-lint

# installed reports whether the linter is there in the pinned version.
installed() {
  [[ -x $lint ]] && [[ $("$lint" version --short 2>/dev/null) == "${GOLANGCI_LINT_VERSION#v}" ]]
}

if ! installed; then
  echo "lint: building golangci-lint $GOLANGCI_LINT_VERSION into .ci/bin"
  if ! GOBIN="$PWD/.ci/bin" GOFLAGS='' go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$GOLANGCI_LINT_VERSION" || ! installed; then
    echo "lint: golangci-lint $GOLANGCI_LINT_VERSION could not be built, so nothing was linted" >&2
    exit 1
  fi
fi

if (($# == 0)); then
  set -- ./... ./.ci/coverage ./.ci/dingtalk ./.ci/feishu ./.ci/hand # ./... passes over the last four
fi
"$lint" config verify
"$lint" run "$@"
echo "lint: clean"
