package limits

import (
	"math"
	"math/rand/v2"
)

// stage is what a client tries again when it is refused: signing in, a call of the
// API, or a request to S3. What has succeeded is not repeated.
type stage uint8

const (
	signIn stage = iota
	call
	storage
	stages
)

const (
	step   = 0.05  // seconds
	played = 300.0 // seconds that are simulated for each rate
	settle = 200.0 // of them before anything is counted: several times as long as a request is tried

	// What a client does when it is refused; the engines' own
	// (frontend/src/engine/retry.ts, cmd/signet/internal/transfer/retry.go).
	attempts  = 8
	basePause = 0.4 // seconds
	mostPause = 20.0
)

// Point is what became of uploads that were begun at one rate. All but Used are
// uploads, or answers, a second.
type Point struct {
	Offered   float64 `json:"offered"`
	Served    float64 `json:"served"`
	Throttled float64 `json:"throttled"` // refusals; one upload may have several
	GivenUp   float64 `json:"givenUp"`   // refused eight times in a row
	// Used is the share of each quota that is taken, 0 to 1, in Simulation's order.
	Used []float64 `json:"used"`
	// Binds names the quota that refused most; empty: none refused.
	Binds string `json:"binds,omitempty"`
}

// Simulation is what happens at rates up to a million uploads a second, a point
// for each.
type Simulation struct {
	Seed   uint64   `json:"seed"`
	Quotas []string `json:"quotas"` // in the order in which an upload meets them
	Points []Point  `json:"points"`
}

// Simulate plays a workload at so many rates, each ten to the power of a quarter
// (1.78) times the last, from 1 up to a million uploads a second. Uploads arrive
// by chance (Poisson), pass each quota's bucket of tokens, and what is refused
// comes back as the engines bring it back. The same seed gives the same answer;
// memory does not grow with the rate, for uploads are counted, not kept.
func Simulate(w Workload, s Stack, seed uint64) (Simulation, error) {
	if err := w.Check(); err != nil {
		return Simulation{}, err
	}
	all := quotas(w, s)
	out := Simulation{Seed: seed}
	for _, q := range all {
		out.Quotas = append(out.Quotas, q.Name)
	}
	for i := range 25 {
		p := newPlay(all, rand.New(rand.NewPCG(seed, uint64(i))))
		out.Points = append(out.Points, p.run(math.Pow(10, float64(i)/4)))
	}
	return out, nil
}

// play is the simulation of one rate.
type play struct {
	quotas  []Quota
	chance  *rand.Rand
	tokens  []float64
	taken   []float64 // of each quota, while it counts
	refused []float64
	// back is who comes back, by the step, the stage and the attempt; a ring.
	back  [int(mostPause/step) + 1][stages][attempts]int
	now   int
	count bool
	point Point
}

func newPlay(quotas []Quota, chance *rand.Rand) *play {
	p := &play{quotas: quotas, chance: chance, tokens: make([]float64, len(quotas)), taken: make([]float64, len(quotas)), refused: make([]float64, len(quotas))}
	for i, q := range quotas {
		p.tokens[i] = p.full(q)
	}
	return p
}

// full is how many tokens a quota's bucket holds: its burst, or a second's where
// requests a second are counted, or a step's of what is in use at once; and enough
// for one upload.
func (p *play) full(q Quota) float64 {
	held := q.Limit * step
	if q.Unit == requests {
		held = q.Limit
	}
	return math.Max(math.Max(q.Burst, held), q.PerUpload)
}

func (p *play) run(rate float64) Point {
	p.point.Offered = rate
	for p.now = 0; p.now < int(played/step); p.now++ {
		p.count = float64(p.now)*step >= settle
		p.refill()
		p.step(poisson(p.chance, rate*step))
	}
	return p.summary()
}

func (p *play) refill() {
	for i, q := range p.quotas {
		p.tokens[i] = math.Min(p.full(q), p.tokens[i]+q.Limit*step)
	}
}

// step lets those through who arrive now: first who has waited longest.
func (p *play) step(arrived int) {
	returning := &p.back[p.now%len(p.back)]
	through := 0 // of the stage before
	for s := range stages {
		next := 0
		for attempt := attempts - 1; attempt > 0; attempt-- {
			next += p.pass(s, attempt, returning[s][attempt])
		}
		if s == signIn {
			through = arrived
		}
		through = next + p.pass(s, 0, through)
	}
	*returning = [stages][attempts]int{}
	if p.count {
		p.point.Served += float64(through)
	}
}

// pass lets n through a stage's quotas and sends the others away. What is refused
// by a later quota has used up the earlier ones all the same.
func (p *play) pass(s stage, attempt, n int) int {
	for i, q := range p.quotas {
		if q.stage != s || n == 0 {
			continue
		}
		fit := min(n, int(p.tokens[i]/q.PerUpload+1e-9))
		p.tokens[i] -= float64(fit) * q.PerUpload
		if p.count {
			p.taken[i] += float64(fit) * q.PerUpload
			p.refused[i] += float64(n - fit)
		}
		p.away(s, attempt, n-fit)
		n = fit
	}
	return n
}

// away has n come back after the engines' pause, spread over its upper half, or
// give up.
func (p *play) away(s stage, attempt, n int) {
	if n == 0 {
		return
	}
	if p.count {
		p.point.Throttled += float64(n)
	}
	if attempt+1 >= attempts {
		if p.count {
			p.point.GivenUp += float64(n)
		}
		return
	}
	full := math.Min(mostPause, basePause*math.Exp2(float64(attempt)))
	from, slots := int(full/2/step), int(full/2/step)
	each, rest := n/slots, n%slots
	offset := p.chance.IntN(slots)
	for i := range slots {
		k := each
		if i < rest {
			k++
		}
		if k > 0 {
			// A stride that shares no factor with the slots spreads the rest by chance.
			at := (p.now + max(1, from+(offset+i*7919)%slots)) % len(p.back)
			p.back[at][s][attempt+1] += k
		}
	}
}

func (p *play) summary() Point {
	counted := played - settle
	for _, x := range []*float64{&p.point.Served, &p.point.Throttled, &p.point.GivenUp} {
		*x /= counted
	}
	most := 0.0
	for i, q := range p.quotas {
		p.point.Used = append(p.point.Used, math.Min(1, p.taken[i]/(q.Limit*counted)))
		if p.refused[i] > most {
			most, p.point.Binds = p.refused[i], q.Name
		}
	}
	return p.point
}

// poisson is how many arrive where mean are expected: by Knuth's product of
// chances for few, by the normal distribution, which it nears, for many.
func poisson(chance *rand.Rand, mean float64) int {
	if mean > 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*chance.NormFloat64())))
	}
	limit, product, n := math.Exp(-mean), chance.Float64(), 0
	for ; product > limit; n++ {
		product *= chance.Float64()
	}
	return n
}
