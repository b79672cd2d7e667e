package main

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// logs is the log of every pod: one numbered line in each interval since the start. A reader sees from the numbers alone whether one is
// missing, whenever it began to read.
type logs struct {
	start    time.Time
	interval time.Duration
}

func newLogs(start time.Time, interval time.Duration) *logs {
	return &logs{start: start, interval: interval}
}

func (l *logs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next, last := 1, l.soFar()
	if tail, err := strconv.Atoi(r.FormValue("tailLines")); err == nil {
		next = max(1, last-tail+1)
	}
	if r.FormValue("follow") == "true" {
		l.follow(w, r, next)
		return
	}
	for ; next <= last; next++ {
		fmt.Fprintf(w, "line %d\n", next)
	}
}

// follow writes from line `next` on until the client leaves.
func (l *logs) follow(w http.ResponseWriter, r *http.Request, next int) {
	for {
		for last := l.soFar(); next <= last; next++ {
			fmt.Fprintf(w, "line %d\n", next)
		}
		w.(http.Flusher).Flush()
		select {
		case <-time.After(time.Until(l.start.Add(time.Duration(next) * l.interval))):
		case <-r.Context().Done():
			return
		}
	}
}

// soFar is the number of the last line that has been written.
func (l *logs) soFar() int {
	return int(time.Since(l.start) / l.interval)
}
