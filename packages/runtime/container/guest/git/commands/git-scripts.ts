/** Scripts that must do the same whoever performs their git: one command a line. */
export const gitScripts: Readonly<Record<string, string>> = {
  status: String.raw`
    git init -q -b main .
    git status
    git status -sb
    echo a > a
    mkdir -p d/e "sp ace"
    echo b > d/e/b
    echo s > "sp ace/ü"
    git status
    git status -s
    git status --porcelain
    git status --porcelain=v2 --branch
    git status -s -uall
    git status -s -uno
    git status -uno
    git add a d
    git status
    git status -s
    git commit -qm one
    git status
    echo more >> a
    rm d/e/b
    git status
    git status --porcelain=v2 -z
    git add -A
    git status -s
    git -c core.quotepath=false status -s
    cd d
    git status -s
    git status
    git status --porcelain
    cd ..
    printf '*.log\n/out/\n!keep.log\nd/**/x\n' > .gitignore
    mkdir -p out d/q/r
    touch x.log keep.log out/o d/q/r/x d/q/r/y
    git status -s --ignored
    git status --ignored
    git check-ignore -v x.log keep.log out/o d/q/r/x nope
    git check-ignore x.log a
    printf 'x.log\na\n' | git check-ignore --stdin
    git commit -qm two
    git status --show-stash
  `,
  // Scores: what is printed as R096 must be git's number, not one near it.
  renames: String.raw`
    git init -q -b main .
    seq 1 50 > long
    seq 100 140 > other
    echo tiny > tiny
    git add -A
    git commit -qm one
    git mv long moved
    seq 1 48 > moved
    echo 49x >> moved
    git add -A
    git mv tiny t2
    git mv other o2
    git status -s
    git status
    git status --porcelain=v2
    git diff --cached --name-status
    git diff --cached --name-status --no-renames
    git diff --cached --name-only -z
  `,
  add: String.raw`
    git init -q -b main .
    echo '*.o' > .gitignore
    echo x > x.o
    echo y > y
    mkdir -p a/b
    echo c > a/b/c
    git add x.o y
    git status -s
    git add nope
    git add -v .
    git add -f -v x.o
    git status -s
    git commit -qm 1
    rm y
    mkdir y
    echo in > y/in
    git add -Av
    git status -s
    git commit -qm 2
    git ls-tree -r HEAD
    echo z > a/b/c
    rm .gitignore
    git add -u
    git status -s
    git add a/
    git reset -q HEAD -- a
    git status -s
    git restore --staged .gitignore
    git status -s
    git restore --staged nope
    chmod +x a/b/c
    git add a/b/c
    git status --porcelain=v2
    ln -s a link
    git add link
    git ls-files -s
    git ls-files -m
    git ls-files -d
    git ls-files -o --exclude-standard
    git ls-files -z a
  `,
  // Without a commit there is no HEAD to go back to.
  unborn: String.raw`
    git init -q -b main .
    echo a > a
    git add a
    git reset -q -- a
    git status -s
    git add a
    git restore --staged a
    git status -s
  `,
  // Every way that two sides can clash: both changed, changed and removed, added twice.
  conflict: String.raw`
    git init -q -b main .
    printf '1\n2\n3\n' > f
    echo g > g
    echo h > h
    git add -A
    git commit -qm base
    git switch -q -c side
    printf '1\nside\n3\n' > f
    git rm -q g
    echo hs > h
    echo new > n
    git add -A
    git commit -qm side
    git switch -q main
    printf '1\nmain\n3\n' > f
    echo gm > g
    git rm -q h
    echo nm > n
    git add -A
    git commit -qm main
    git merge side
    git status
    git status -s
    git status --porcelain=v2
    git ls-files -u
    git diff --name-status
    git cat-file blob :2:f
    git cat-file -p :3:f
    echo solved > f
    git add f
    git status -s
    git rm -q g h
    git add -A
    git status
    git commit -qm merged
    git log --format=%s%x09%p
    git rev-list --count HEAD
    git rev-list --count --no-merges HEAD
    git rev-list --parents HEAD
    git merge-base HEAD^1 HEAD^2
    git merge-base --is-ancestor HEAD^ HEAD
  `,
  plumbing: String.raw`
    git init -q -b main .
    mkdir -p d/e
    echo a > a
    echo b > d/b
    echo c > d/e/c
    ln -s a l
    printf '#!\n' > x
    chmod +x x
    git add .
    git commit -qm one
    git tag v1
    git tag -a -m ann v2
    git cat-file -t HEAD
    git cat-file -s HEAD:a
    git cat-file -p HEAD
    git cat-file -p HEAD^{tree}
    git cat-file -p v2
    git cat-file -e HEAD:nope
    git cat-file blob HEAD:d/b
    printf 'HEAD\nHEAD:a\nnope\n' | git cat-file --batch-check
    printf 'HEAD:a\n' | git cat-file --batch
    git ls-tree HEAD
    git ls-tree -r HEAD
    git ls-tree -rt HEAD
    git ls-tree -l HEAD d/
    git ls-tree HEAD d
    git ls-tree -r --name-only HEAD d
    git ls-tree -rz --name-only HEAD
    cd d
    git ls-tree HEAD
    git ls-tree --full-tree HEAD
    git ls-files
    git rev-parse --show-prefix
    cd ..
    echo hi | git hash-object --stdin
    echo hi | git hash-object -w --stdin
    git hash-object a d/b
    git update-index --add --cacheinfo 100644,45b983be36b73c0788dc9cbcb76cbb80fc7bb057,new/file
    git status -s
    git ls-files -s
    git write-tree
    git update-index --force-remove new/file
    git status -s
    git update-index --chmod=-x x
    git status -s
    git update-index --refresh
    git reset -q --hard
    git symbolic-ref HEAD
    git symbolic-ref --short HEAD
    git symbolic-ref -q v1
    git for-each-ref
    git for-each-ref --format='%(refname:short) %(objecttype) %(HEAD)|%(subject)|%(authorname)' refs/heads refs/tags
    git for-each-ref --sort=-refname --count=1
    git show-ref
    git show-ref --heads -s
    git show-ref nope
    git show-ref --verify refs/heads/main
    git update-ref refs/heads/side HEAD
    git branch --format='%(refname)'
    git update-ref -d refs/heads/side
    git rev-parse HEAD main v1 'v2^{}'
    git rev-parse --short HEAD
    git rev-parse --verify -q nope
    git rev-parse --abbrev-ref HEAD
    git rev-parse --is-inside-work-tree
    git rev-parse --git-dir
    git rev-parse --show-toplevel
    git commit-tree -m tt -p HEAD HEAD^{tree}
    echo two >> a
    git commit -qam two
    git rev-list HEAD
    git rev-list HEAD~1..HEAD
    git rev-list -1 HEAD
    git rev-list --all --count
    git rev-list --reverse HEAD
    git rev-list HEAD ^v1
    git rev-list --left-right --count v1...HEAD
    git diff-tree HEAD
    git diff-tree -r --name-status HEAD
    git diff-tree --no-commit-id --name-only -r HEAD
    git diff-tree -r v1 HEAD
    git diff --name-only v1 HEAD
    git diff --name-status v1..HEAD
    echo z >> d/b
    git diff-files
    git diff-files --name-only
    git diff-index HEAD --name-only
    git diff-index --cached --quiet HEAD
    git diff --quiet
    git diff HEAD --name-only
    git worktree list --porcelain
  `,
  apply: String.raw`
    git init -q -b main .
    seq 1 30 > f
    echo k > k
    git add -A
    git commit -qm one
    seq 1 30 | sed 's/^5$/five/;s/^25$/twentyfive/' > f
    rm k
    echo new > n
    git add -N n
    git add -A
    git diff --cached > ../p.diff
    git reset -q --hard
    ls
    git apply --check ../p.diff
    git apply ../p.diff
    git status -s
    cat n
    git checkout -q -- .
    rm n
    git apply --cached ../p.diff
    git status -s
    git diff --cached --name-status
    git apply --cached -R ../p.diff
    git status -s
    git apply --index ../p.diff
    git status -s
    git apply -R --index ../p.diff
    git status -s
    git apply ../p.diff
    git apply ../p.diff
  `,
  log: String.raw`
    git init -q -b main .
    git remote
    echo 1 > f
    git add f
    git commit -qm one
    git commit -q --allow-empty -m two -m body
    git tag v1
    git tag -a -m ann v2 HEAD~1
    git branch side
    git remote add b http://b.x/y
    git remote add a http://a.x/y
    git remote
    git remote -v
    git log --format=%H%x1f%P%x1f%an%x1f%at%x1f%D%x1f%s -n 3
    git log --format='%h %p %T %ae %cn%n%b|%%' --skip=1
    git log -1 --format=%B
    git log --format=%s side
    git log -2 --pretty=format:%s
  `,
  diff: String.raw`
    git init -q -b main .
    seq 1 30 > f
    seq 1 5 > g
    mkdir d
    echo d > d/d
    git add -A
    git commit -qm one
    git diff
    echo x >> f
    sed -i s/3/three/ g
    git diff
    git diff g
    git diff --stat
    git diff -- f
    git diff HEAD
    git add f
    git diff --cached
    git diff --cached --stat
    git diff --numstat
    git diff -U0
    cd d
    echo q >> d
    git diff
    cd ..
    git diff --name-only
  `,
};
