# Push the branch `notebooks`: main, beside each page with code its notebook, and in every notebook a first
# cell that installs the library where it is missing. For Binder and Colab.
# usage: sh tools/publish_notebooks.sh [REMOTE]
set -eu
remote=${1:-origin}
[ -z "$(git status --porcelain --untracked-files=no)" ] || { echo "Commit your changes first." >&2; exit 1; }
make --no-print-directory .venv/.ready
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python tools/notebooks.py --branch "$work/tree"
# A commit is made beside the branch that is checked out: neither it nor the index changes.
export GIT_INDEX_FILE="$work/index"
git read-tree HEAD
GIT_DIR=$(git rev-parse --absolute-git-dir) git -C "$work/tree" --work-tree=. add --force --ignore-removal .
tree=$(git write-tree)
commit=$(git -c user.name="${GIT_AUTHOR_NAME:-lectopt}" -c user.email="${GIT_AUTHOR_EMAIL:-lectopt@users.noreply.github.com}" \
  commit-tree "$tree" -p HEAD -m "The course as notebooks")
git push --force "$remote" "$commit:refs/heads/notebooks"
