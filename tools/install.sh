#!/bin/sh
# Installs what a step needs: the Debian packages of deps/debian.txt, and for every step the npm packages of package-lock.json.
# usage: tools/install.sh build|demo|test|bench|lint
# Does nothing, in well under a second, where all of it is there already.
set -eu
cd "$(dirname "$0")/.."
step=${1:?usage: tools/install.sh build|demo|test|bench|lint}
case $step in
  build) steps='build' ;;
  demo) steps='build|demo' ;;
  test) steps='build|demo|test' ;;
  bench) steps='build|demo|test|bench' ;;
  lint) steps='build|demo|test|lint' ;;
  *) echo "install.sh: unknown step '$step' (build, demo, test, bench or lint)" >&2; exit 2 ;;
esac

wanted=$(awk -v steps="^($steps)\$" '!/^#/ && $2 ~ steps { print $1 }' deps/debian.txt)
have=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
# A NodeSource nodejs brings its own npm and conflicts with Debian's.
if command -v npm >/dev/null; then have="$have
npm"; fi
missing=$(printf '%s\n' $wanted | sort -u | { printf '%s\n' "$have" >"${TMPDIR:-/tmp}/shrike-have.$$"; grep -vxF -f "${TMPDIR:-/tmp}/shrike-have.$$" || true; })
rm -f "${TMPDIR:-/tmp}/shrike-have.$$"
if [ -n "$missing" ]; then
  echo "install.sh: installing $(printf '%s ' $missing)"
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -q
  # npm may come with nodejs (NodeSource) or be a package of its own (Debian): ask for it only when nodejs did not bring it.
  $sudo apt-get install -y -q --no-install-recommends $(printf '%s\n' $missing | grep -vx npm || true)
  if printf '%s\n' $missing | grep -qx npm && ! command -v npm >/dev/null; then $sudo apt-get install -y -q --no-install-recommends npm; fi
fi

# npm ci checks every package against the hash in the lock file; no package's script is run.
stamp=node_modules/.shrike-installed
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --ignore-scripts --no-audit --no-fund
  cp package-lock.json "$stamp"
fi
sha256sum --check --quiet deps/models.sha256
