# shellcheck shell=bash
# Sourced by test.sh: need names what a command needs, install_missing gets it.

missing_packages=()

# need PACKAGE CONDITION... adds the Debian package unless the condition, a
# command, succeeds.
need() {
  local package=$1
  shift
  if ! "$@" >/dev/null 2>&1; then
    missing_packages+=("$package")
  fi
}

# has_cjk_font reports whether Chinese text can be drawn.
has_cjk_font() {
  [[ -n $(fc-list :lang=zh-cn family 2>/dev/null) ]] ||
    compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null
}

# install_missing installs what need has found missing. Without root or apt-get
# it prints the line to run and exits 2.
install_missing() {
  if ((${#missing_packages[@]} == 0)); then
    return
  fi
  local install=(apt-get install -y --no-install-recommends "${missing_packages[@]}")
  if ! command -v apt-get >/dev/null; then
    echo "test: missing: ${missing_packages[*]} (names of the Debian packages); please install them" >&2
    exit 2
  fi
  if ((EUID != 0)); then
    echo "test: missing packages; please run" >&2
    echo "    sudo apt-get update && sudo ${install[*]}" >&2
    exit 2
  fi
  echo "test: installing ${missing_packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  "${install[@]}" -qq >/dev/null
}
