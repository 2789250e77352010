package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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
	"rectify/feedback/calendar"
	"rectify/feedback/sqlitestore"
)

// benchText is an opinion of ordinary length.
const benchText = "小王庄的乡村记忆馆八月刚修过，国庆下雨屋里又滴水，展板下面垫着盆。请来人看看，别光刷墙。"

// benchWriters is how many connections, or goroutines, write at once.
const benchWriters = 64

// benchDocument is what the other side writes: the document that the store
// would keep of the same opinion.
func benchDocument() (string, error) {
	now := time.Now().UTC()
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	doc, err := json.Marshal(feedback.Submission{
		ID: strings.Repeat("0", 32), Number: feedback.MakeNumber(now.Year(), 1), Rev: 1, Notice: benchSlug, Item: "3-2", Channel: feedback.Web,
		Category: feedback.Opinion, State: feedback.Received, Visibility: feedback.Private, Text: benchText, Received: now,
		Limits: clocks.Limits(feedback.Opinion, now), CodeMAC: make([]byte, 32), Events: []feedback.Event{{At: now, Act: feedback.ActReceive}},
	})
	return string(doc), err
}

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
// INSERT a transaction of the same documents under the same settings.
func benchEmbedded(ctx context.Context, _ *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	base, stop, err := benchServer(ctx, dir, "")
	if err != nil {
		return nil, nil, nil, err
	}
	if ours, err = post(base, dir); err != nil {
		stop()
		return nil, nil, nil, err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "single.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=wal_autocheckpoint(4000)")
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(ctx, "CREATE TABLE submission (serial INTEGER PRIMARY KEY, doc TEXT NOT NULL)")
	}
	doc, docErr := benchDocument()
	if err = errors.Join(err, docErr); err != nil {
		stop()
		return nil, nil, nil, err
	}
	theirs = func(ctx context.Context, span time.Duration) (float64, error) {
		insert, err := db.PrepareContext(ctx, "INSERT INTO submission (doc) VALUES (?)")
		if err != nil {
			return 0, err
		}
		defer func() { _ = insert.Close() }()
		return writers(ctx, 1, span, func(ctx context.Context) error {
			_, err := insert.ExecContext(ctx, doc)
			return err
		})
	}
	return ours, theirs, func() { _ = db.Close(); stop() }, nil
}

// benchMongo holds submissions through MongoDB against the driver's own
// InsertOne of the same documents into a bare collection.
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
	doc, docErr := benchDocument()
	if err = errors.Join(err, docErr); err != nil {
		stop()
		return nil, nil, nil, err
	}
	bare := client.Database(name).Collection("bare")
	theirs = func(ctx context.Context, span time.Duration) (float64, error) {
		return writers(ctx, benchWriters, span, func(ctx context.Context) error {
			_, err := bare.InsertOne(ctx, bson.D{{Key: "doc", Value: doc}})
			return err
		})
	}
	return ours, theirs, func() {
		stop()
		_ = client.Database(name).Drop(context.WithoutCancel(ctx))
		_ = client.Disconnect(context.WithoutCancel(ctx))
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
	piece := func(i, n int) string { return string(words[500+i*400:][:n]) }
	now := time.Now().UTC().Truncate(time.Millisecond)
	for i := range 20 {
		_, _, err := s.Insert(ctx, feedback.Entry{Now: now, Submission: feedback.Submission{
			ID: fmt.Sprint("bench", i), Notice: benchSlug, Item: "3-2", Channel: feedback.Web, Category: feedback.Opinion, State: feedback.Answered,
			Visibility: feedback.Published, Text: piece(i, 220), Received: now, CodeMAC: []byte(fmt.Sprint("bench", i)),
			Moderated: now, AcceptedAt: now, AnsweredAt: now, PublishedAt: now.Add(time.Duration(i) * time.Second), PublicAt: now, PublishConsent: true,
			Replies: []feedback.Reply{{Text: piece(i, 400)[len(piece(i, 220)):], Office: "公共服务科", ApprovedAt: now}},
		}})
		if err != nil {
			return errors.Join(err, s.Close())
		}
	}
	return s.Close()
}
