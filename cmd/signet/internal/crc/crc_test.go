package crc

import (
	"math/rand/v2"
	"testing"
)

// The check value of the catalogue, and an empty file's as S3 shows it.
func TestKnownSums(t *testing.T) {
	if got := Update(0, []byte("123456789")); got != 0xae8b14860a799888 {
		t.Errorf("got %x, want ae8b14860a799888", got)
	}
	if got := Base64(Update(0, nil)); got != "AAAAAAAAAAA=" {
		t.Errorf("got %s for no bytes", got)
	}
	if got := Base64(0xae8b14860a799888); got != "rosUhgp5mIg=" {
		t.Errorf("got %s, want rosUhgp5mIg=", got)
	}
}

func TestCombine(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 1<<20)
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	whole := Update(0, data)
	for _, cut := range []int{0, 1, 7, 8, 9, 4095, 65536, len(data) - 1, len(data)} {
		a, b := data[:cut], data[cut:]
		if got := Combine(Update(0, a), Update(0, b), int64(len(b))); got != whole {
			t.Errorf("cut at %d: got %x, want %x", cut, got, whole)
		}
	}
}

// Zeros at the end change a sum, and by another count of them to another sum:
// lengths must count.
func TestLengthCounts(t *testing.T) {
	seen := map[uint64]int64{}
	for _, n := range []int64{0, 1, 2, 8 << 20, 5 << 30, 10_000 * (5 << 30)} {
		got := Combine(0xae8b14860a799888, 0, n)
		if other, twice := seen[got]; twice {
			t.Errorf("%d and %d bytes give the same", n, other)
		}
		seen[got] = n
	}
}

// Any cuts into any number of pieces give the whole's sum.
func FuzzCombine(f *testing.F) {
	f.Add([]byte("123456789"), uint16(3), uint16(5))
	f.Fuzz(func(t *testing.T, data []byte, i, j uint16) {
		a := min(int(i), len(data))
		b := min(a+int(j), len(data))
		sum := uint64(0)
		for _, piece := range [][]byte{data[:a], data[a:b], data[b:]} {
			sum = Combine(sum, Update(0, piece), int64(len(piece)))
		}
		if want := Update(0, data); sum != want {
			t.Errorf("got %x, want %x", sum, want)
		}
	})
}
