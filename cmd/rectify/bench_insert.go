package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"rectify/content/builtin"
	"rectify/feedback"
	"rectify/feedback/mongostore"
	"rectify/feedback/sqlitestore"
)

// benchText is an opinion of ordinary length.
const benchText = "小王庄的乡村记忆馆八月刚修过，国庆下雨屋里又滴水，展板下面垫着盆。请来人看看，别光刷墙。"

// benchWriters is how many connections, or goroutines, write at once.
const benchWriters = 64

// post loads the intake of machines over connections that stay open.
func post(base, dir string) (side, error) {
	if _, err := exec.LookPath("wrk"); err != nil {
		return nil, errors.New("wrk is not installed")
	}
	body, err := json.Marshal(map[string]string{"text": benchText, "notice": benchSlug, "item": "3-2"})
	if err != nil {
		return nil, err
	}
	script := filepath.Join(dir, "post.lua")
	lua := fmt.Sprintf("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[%s]==]\n", body)
	if err := os.WriteFile(script, []byte(lua), 0o600); err != nil {
		return nil, err
	}
	return wrk("-t1", fmt.Sprintf("-c%d", benchWriters), "-s", script, base+"/api/v1/submissions"), nil
}

// benchEmbedded holds submissions through the embedded store against one
// INSERT a transaction: the very row that the store keeps, into the same table
// with the same indexes and the same settings.
func benchEmbedded(ctx context.Context, _ *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	base, stop, err := benchServer(ctx, dir, "")
	if err != nil {
		return nil, nil, nil, err
	}
	if ours, err = post(base, dir); err == nil {
		_, err = ours(ctx, time.Second)
	}
	if err != nil {
		stop()
		return nil, nil, nil, err
	}
	single := filepath.Join(dir, "single")
	made, err := sqlitestore.Open(ctx, single)
	if err == nil {
		err = made.Close()
	}
	db, openErr := sql.Open("sqlite", "file:"+filepath.Join(single, sqlitestore.File)+
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-16000)")
	if err = errors.Join(err, openErr); err != nil {
		stop()
		return nil, nil, nil, err
	}
	db.SetMaxOpenConns(1)
	// The row is taken from the store's own file, whatever its columns are.
	_, err = db.ExecContext(ctx, "ATTACH ? AS kept", filepath.Join(dir, "data", sqlitestore.File))
	if err == nil {
		_, err = db.ExecContext(ctx, "CREATE TEMP TABLE one AS SELECT * FROM kept.submission LIMIT 1")
	}
	if err == nil {
		_, err = db.ExecContext(ctx, "DETACH kept")
	}
	if err != nil {
		stop()
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	insert, err := likeOne(ctx, db)
	if err != nil {
		stop()
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	var serial atomic.Int64
	theirs = func(ctx context.Context, span time.Duration) (float64, error) {
		return writers(ctx, 1, span, func(ctx context.Context) error {
			n := serial.Add(1)
			_, err := insert.ExecContext(ctx, n, binary.BigEndian.AppendUint64(make([]byte, 24), uint64(n))) //nolint:gosec // counts up from one
			return err
		})
	}
	return ours, theirs, func() { _ = db.Close(); stop() }, nil
}

// likeOne prepares the INSERT of one more row like the one in temp.one, with a
// serial and a code digest of its own.
func likeOne(ctx context.Context, db *sql.DB) (*sql.Stmt, error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM temp.one")
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	if err = errors.Join(err, rows.Close()); err != nil {
		return nil, err
	}
	for i, name := range columns {
		switch name {
		case "serial":
			columns[i] = "?1"
		case "code_mac":
			columns[i] = "?2"
		}
	}
	return db.PrepareContext(ctx, "INSERT INTO submission SELECT "+strings.Join(columns, ", ")+" FROM temp.one")
}

// benchMongo holds submissions through MongoDB against the driver's own
// InsertOne: the very document that the store keeps, into a collection with
// the same indexes and the same write concern.
func benchMongo(ctx context.Context, b *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	if b.Mongo == "" {
		return nil, nil, nil, errors.New("no MongoDB named (--mongo)")
	}
	name := "bench" + time.Now().Format("150405000")
	base, stop, err := benchServer(ctx, dir, "", "--mongo", strings.TrimRight(b.Mongo, "/")+"/"+name)
	if err != nil {
		return nil, nil, nil, err
	}
	if ours, err = post(base, dir); err != nil {
		stop()
		return nil, nil, nil, err
	}
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(b.Mongo).SetMaxPoolSize(benchWriters).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: new(true)}))
	if err != nil {
		stop()
		return nil, nil, nil, err
	}
	done = func() {
		stop()
		for _, db := range []string{name, name + "one"} {
			_ = client.Database(db).Drop(context.WithoutCancel(ctx))
		}
		_ = client.Disconnect(context.WithoutCancel(ctx))
	}
	theirs, err = singly(ctx, b.Mongo, client, name, ours)
	if err != nil {
		done()
		return nil, nil, nil, err
	}
	return ours, theirs, done, nil
}

// singly writes what the store wrote of one submission, again and again, one
// document a call.
func singly(ctx context.Context, uri string, client *mongo.Client, name string, ours side) (side, error) {
	if _, err := ours(ctx, time.Second); err != nil {
		return nil, err
	}
	var like bson.M
	if err := client.Database(name).Collection("submission").FindOne(ctx, bson.D{}).Decode(&like); err != nil {
		return nil, fmt.Errorf("a kept document: %w", err)
	}
	indexed, err := mongostore.Open(ctx, uri, name+"one")
	if err != nil {
		return nil, err
	}
	if err := indexed.Close(); err != nil {
		return nil, err
	}
	one := client.Database(name + "one").Collection("submission")
	var serial atomic.Int64
	return func(ctx context.Context, span time.Duration) (float64, error) {
		return writers(ctx, benchWriters, span, func(ctx context.Context) error {
			doc := maps.Clone(like)
			n := serial.Add(1)
			doc["_id"], doc["code_mac"] = n, binary.BigEndian.AppendUint64(make([]byte, 24), uint64(n)) //nolint:gosec // counts up from one
			_, err := one.InsertOne(ctx, doc)
			return err
		})
	}, nil
}

// writers runs n goroutines for a span and answers writes a second.
func writers(ctx context.Context, n int, span time.Duration, write func(context.Context) error) (float64, error) {
	var count atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	started := time.Now()
	for range n {
		wg.Go(func() {
			for time.Since(started) < span && failed.Load() == nil {
				if err := write(ctx); err != nil {
					failed.Store(&err)
					return
				}
				count.Add(1)
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(count.Load()) / time.Since(started).Seconds(), nil
}

// fill puts a page of published opinions into an embedded store that no
// program has open.
func fill(ctx context.Context, data string) error {
	s, err := sqlitestore.Open(ctx, data)
	if err != nil {
		return err
	}
	// Every opinion says something else, as people do: one text twenty times
	// over would pack into nothing.
	src, err := fs.ReadFile(builtin.FS(), benchSlug+".md")
	if err != nil {
		return errors.Join(err, s.Close())
	}
	words := []rune(string(src))
	piece := func(i, n int) string { return string(words[500+i*250:][:n]) }
	now := time.Now().UTC().Truncate(time.Millisecond)
	for i := range 30 {
		_, _, err := s.Insert(ctx, feedback.Entry{Now: now, Submission: feedback.Submission{
			ID: fmt.Sprint("bench", i), Notice: benchSlug, Item: "3-2", Channel: feedback.Web, Category: feedback.Opinion, State: feedback.Answered,
			Visibility: feedback.Published, Text: piece(i, 300), Received: now, CodeMAC: []byte(fmt.Sprint("bench", i)),
			Moderated: now, AcceptedAt: now, AnsweredAt: now, PublishedAt: now.Add(time.Duration(i) * time.Second), PublicAt: now, PublishConsent: true,
			Replies: []feedback.Reply{{Text: piece(i, 700)[len(piece(i, 300)):], Office: "公共服务科", ApprovedAt: now}},
		}})
		if err != nil {
			return errors.Join(err, s.Close())
		}
	}
	return s.Close()
}
