package relay

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"signet/cmd/signet/internal/clamd"
)

// metrics are what Prometheus is told. No label has a caller's or a file's name.
type metrics struct {
	registry *prometheus.Registry
	received prometheus.Counter
	sent     prometheus.Counter
	parts    prometheus.Histogram
	uploads  *prometheus.HistogramVec
	scans    *prometheus.CounterVec
}

func newMetrics(t *traffic) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		received: prometheus.NewCounter(prometheus.CounterOpts{Name: "signet_relay_received_bytes_total", Help: "Bytes of request bodies."}),
		sent:     prometheus.NewCounter(prometheus.CounterOpts{Name: "signet_relay_stored_bytes_total", Help: "Bytes that S3 has taken."}),
		parts: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "signet_relay_s3_write_seconds", Help: "Time of a PUT or a part, with its retries.", Buckets: prometheus.ExponentialBuckets(0.01, 2, 14),
		}),
		uploads: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "signet_relay_upload_seconds", Help: "Time of an upload; result is stored, gone (the client), or a problem's code.",
			Buckets: prometheus.ExponentialBuckets(0.01, 4, 10),
		}, []string{"result", "method"}),
		scans: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "signet_relay_scans_total", Help: "Verdicts of clamd: clean, found, failed."}, []string{"verdict"}),
	}
	m.registry.MustRegister(m.received, m.sent, m.parts, m.uploads, m.scans,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "signet_relay_uploads_under_way", Help: "Uploads that have not ended."},
			func() float64 { return float64(t.underWay()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) part(bytes int64, took time.Duration) {
	m.sent.Add(float64(bytes))
	m.parts.Observe(took.Seconds())
}

func (m *metrics) upload(result, method string, took time.Duration) {
	m.uploads.WithLabelValues(result, method).Observe(took.Seconds())
}

func (m *metrics) scan(err error) {
	verdict := "failed"
	if _, found := errors.AsType[*clamd.Found](err); found {
		verdict = "found"
	} else if err == nil {
		verdict = "clean"
	}
	m.scans.WithLabelValues(verdict).Inc()
}
