package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/wait"
	"signet/lambda/api"
	"signet/lambda/upload"
)

const mvUsage = `signet mv: give files another name, or another folder

Nothing travels over this line: S3 copies. Of several files of one name the newest is
moved. The old place keeps what signet restore brings back.

Usage:
  signet mv [flags] NAME | KEY NEW-NAME
  signet mv [flags] NAME | PATTERN | KEY... FOLDER/
  signet mv [flags] -r FOLDER... NEW-FOLDER/

Flags:
  -r      folders, with all that is below them
  --all   all files of a name, not the newest alone
  --json  a line of JSON for each file: name, to, key; or name and error
  -q      say nothing of what went well

What is moved goes into FOLDER where it is there already, or has a slash at its end;
/ is the folder of all.

Examples:
  $ signet mv report.pdf reports/2026/final.pdf
  report.pdf is reports/2026/final.pdf now

  $ signet mv 'photos/*.jpg' album/
`

// movesAtOnce is how many files S3 is asked to copy at once.
const movesAtOnce = 8

// move is a file and where it is to be.
type move struct {
	file         api.StoredFile
	folder, name string
}

// moved is a move in JSON.
type moved struct {
	Name string `json:"name"`
	To   string `json:"to"`
	Key  string `json:"key"`
}

func mvCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("mv")
	recurse, all := set.Bool("r", false, ""), set.Bool("all", false, "")
	names, code, ok := c.parse(set, mvUsage, args)
	switch {
	case !ok:
		return code
	case len(names) < 2:
		return c.usage("got %d names, want what to move and where to: see signet mv --help", len(names))
	case names[len(names)-1] == "":
		return c.usage("got an empty name to move to, want one: / is the folder of all")
	}
	sources, to := names[:len(names)-1], names[len(names)-1]
	for _, name := range sources {
		if err := checkDoomed(name); err != nil {
			return c.usage("%v", err)
		}
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	files := &signetFiles{Files: &remote.Files{Client: client}, whole: "-r"}
	ch := choice{files, *all || *recurse, *recurse}
	moves, failed, err := ch.moves(ctx, files.Files, sources, to, c.failed)
	if err != nil {
		return c.fail(err)
	}
	return ended(ctx, verdict(failed+c.move(ctx, files.Files, moves), failed+len(moves)))
}

// moves says where each file goes.
func (c choice) moves(ctx context.Context, files *remote.Files, sources []string, to string, tell func(string, error)) (moves []move, failed int, err error) {
	into, isFolder := strings.TrimSuffix(to, "/"), strings.HasSuffix(to, "/")
	if !isFolder {
		if _, isFolder, err = files.Folder(ctx, into); err != nil {
			return nil, 0, err
		}
	}
	known := map[string]bool{}
	for _, source := range sources {
		meant := c.choose(ctx, []string{source}, tell)
		failed += meant.failed
		meant.files = slices.DeleteFunc(meant.files, func(f api.StoredFile) bool { return known[f.Key] })
		tree, isTree, err := c.tree(ctx, files, source)
		if err != nil {
			return nil, failed, err
		}
		above, _ := splitPath(tree) // the folders of a source that are not made again
		if !isFolder {
			above = tree // the folder gets another name
		}
		if !isTree && !isFolder && (len(meant.files) > 1 || len(sources) > 1) {
			return nil, failed, errors.New("got several files for one name, want a folder: add a slash to its end")
		}
		for _, f := range meant.files {
			m := move{f, into, f.Name}
			switch {
			case isTree:
				m.folder = path.Join(into, strings.TrimPrefix(strings.TrimPrefix(f.Folder, above), "/"))
			case !isFolder:
				m.folder, m.name = splitPath(into)
			}
			known[f.Key] = true
			moves = append(moves, m)
		}
	}
	return moves, failed, nil
}

// tree is a source that is a folder.
func (c choice) tree(ctx context.Context, files *remote.Files, source string) (called string, there bool, err error) {
	if !c.recurse {
		return "", false, nil
	}
	return files.Folder(ctx, strings.TrimSuffix(source, "/"))
}

// move moves files, several at once, and says how many could not be.
func (c *console) move(ctx context.Context, files *remote.Files, moves []move) (failed int) {
	told, rounds := 0, inRounds(moves)
	for i, round := range rounds {
		if i > 0 && wait.For(ctx, tick) != nil {
			break
		}
		c.moveAll(ctx, files, round, &told, &failed)
	}
	return failed + len(moves) - told // which were not begun
}

// tick is more than the second to which S3 dates files.
const tick = 1050 * time.Millisecond

// inRounds cuts moves into such as S3 may date alike: of files of one name the older are
// moved before the newer, so that the name means the same one afterwards. They come with
// the newest first.
func inRounds(moves []move) (rounds [][]move) {
	left, at := map[string]int{}, make([]int, len(moves))
	for i, m := range slices.Backward(moves) {
		p := remote.Path(m.file)
		at[i] = left[p]
		left[p]++
		for len(rounds) <= at[i] {
			rounds = append(rounds, nil)
		}
	}
	for i, m := range moves {
		rounds[at[i]] = append(rounds[at[i]], m)
	}
	return rounds
}

func (c *console) moveAll(ctx context.Context, files *remote.Files, moves []move, told, failed *int) {
	several(ctx, movesAtOnce, moves, func(m move) func() {
		key, err := moveOne(ctx, files, m)
		return func() {
			*told++
			if err != nil {
				*failed++
				c.failed(remote.Path(m.file), err)
			} else if !c.quiet {
				space, folder, _ := files.In(ctx, m.folder) // which moveOne has found
				to := inSpace(space, remote.Stored(key, path.Join(folder, m.name)))
				c.print(moved{remote.Path(m.file), to, key}, "%s is %s now", printable(remote.Path(m.file)), printable(to))
			}
		}
	})
}

// moveOne moves a file. Of a large one a call copies a part of it, and the next goes
// on.
func moveOne(ctx context.Context, files *remote.Files, m move) (key string, err error) {
	if m.file.Folder == m.folder && m.file.Name == m.name {
		return "", fmt.Errorf("got %s, which is there already: want another place", remote.Path(m.file))
	}
	space, folder, err := files.Place(ctx, m.folder)
	if err != nil {
		return "", err
	}
	request := api.MoveRequest{Key: m.file.Key, Folder: &folder, Name: m.name}
	if from, _, _ := files.In(ctx, m.file.Folder); from != space {
		request.Space = &space
	}
	for busy := 0; ; {
		began := time.Now()
		done, err := files.Client.MoveFile(ctx, request)
		if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != upload.SlowDown || ctx.Err() != nil {
			return done.Key, err
		}
		if time.Since(began) > stepTime {
			busy = 0
			continue
		}
		if busy++; busy == mostBusy {
			return "", err
		}
		if err := wait.For(ctx, time.Duration(busy)*250*time.Millisecond); err != nil {
			return "", err
		}
	}
}

const (
	// stepTime is how long a call takes at least that has copied a part.
	stepTime = 2 * time.Second
	// mostBusy is how often in a row S3 says that it is busy before a move is given up.
	mostBusy = 6
)
