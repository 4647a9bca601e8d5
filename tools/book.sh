# Build the book: `make book` calls this with BIN, BUILD and SOLUTIONS set.
set -u
unset MPLBACKEND # a backend of the user's own would leave the pages without figures
mkdir -p "$BUILD"

# Cached executions know the notebooks but not the library they import, nor the settings.
find lectopt _config.yml requirements.txt constraints.txt -type f ! -name '*.pyc' | LC_ALL=C sort |
  xargs cksum > "$BUILD/.inputs.new"
if ! cmp -s "$BUILD/.inputs.new" "$BUILD/.inputs"; then
  rm -rf "$BUILD/_build/.jupyter_cache" "$BUILD/.jupyter_cache" "$BUILD/_build/.doctrees" "$BUILD/.doctrees"
fi
mv "$BUILD/.inputs.new" "$BUILD/.inputs"

# The student edition takes the table of contents without its solutions, and a folder of its own.
if [ "$SOLUTIONS" = no ]; then
  sed '/solutions\//,/title:/d' _toc.yml > "$BUILD/_toc.yml" # the file, and its title on the next line
  # Its chapters are the same: what the whole book has executed serves here too.
  if [ ! -d "$BUILD/_build/.jupyter_cache" ] && cmp -s _build/.inputs "$BUILD/.inputs" && [ -d _build/.jupyter_cache ]; then
    mkdir -p "$BUILD/_build" && cp -R _build/.jupyter_cache "$BUILD/_build/"
  fi
  set -- --toc "$BUILD/_toc.yml" --path-output "$BUILD"
  html="$BUILD/_build/html" doctrees="$BUILD/_build/.doctrees"
else
  set --
  html="$BUILD/html" doctrees="$BUILD/.doctrees"
fi

rm -rf "$html/reports"
# -W: without it a failing cell leaves exit code 0. Sphinx forgets a failure, so its memory goes too.
if ! "$BIN/jupyter-book" build . "$@" -W -n --keep-going --quiet; then
  rm -rf "$doctrees"
  cat "$html"/reports/*.err.log 2>/dev/null | tail -n 30 >&2
  echo "The book was not built: see the warnings above." >&2
  exit 1
fi
echo "The book is ready. Open file://$PWD/$html/index.html"
