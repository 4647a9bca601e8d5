# Push the branch `notebooks`: main and, beside the text, its chapters as notebooks. For Binder and Colab.
# usage: sh tools/publish_notebooks.sh [REMOTE]
set -eu
remote=${1:-origin}
[ -z "$(git status --porcelain --untracked-files=no)" ] || { echo "Commit your changes first." >&2; exit 1; }
make --no-print-directory .venv/.ready
.venv/bin/python tools/notebooks.py
# A commit is made beside the branch that is checked out: neither it nor the index changes.
index=$(mktemp -d)/index
trap 'rm -rf "$(dirname "$index")"' EXIT
GIT_INDEX_FILE=$index git read-tree HEAD
GIT_INDEX_FILE=$index git add --force chapters/*.ipynb
tree=$(GIT_INDEX_FILE=$index git write-tree)
commit=$(git -c user.name="${GIT_AUTHOR_NAME:-lectopt}" -c user.email="${GIT_AUTHOR_EMAIL:-lectopt@users.noreply.github.com}" \
  commit-tree "$tree" -p HEAD -m "Chapters as notebooks")
git push --force "$remote" "$commit:refs/heads/notebooks"
