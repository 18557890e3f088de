// Package crc puts CRC-64/NVME checksums together, so that the parts of a file
// can be read and sent in any order, once, and the whole file's checksum still
// follows. The sums themselves are made by github.com/minio/crc64nvme, with SIMD.
package crc

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/minio/crc64nvme"
)

// polynomial is CRC-64/NVME's, reflected: the bit of x^0 is the highest
// (https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme).
const polynomial = 0x9a6c9329ac4bc9b5

const (
	one   = 1 << 63       // x^0
	eight = 1 << (63 - 8) // x^8: a byte
)

// Update adds bytes to a sum; that of no bytes is 0.
func Update(sum uint64, p []byte) uint64 { return crc64nvme.Update(sum, p) }

// Combine is the sum of two pieces in a row from the sum of each; n is the
// second's length in bytes, 0 or more.
func Combine(first, second uint64, n int64) uint64 {
	return multiply(first, power(n)) ^ second
}

// power is x^(8n) modulo the polynomial: what n more bytes do to a sum.
func power(n int64) uint64 {
	result, square := uint64(one), uint64(eight)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			result = multiply(result, square)
		}
		square = multiply(square, square)
	}
	return result
}

// multiply multiplies two polynomials over GF(2) modulo the polynomial.
func multiply(a, b uint64) (product uint64) {
	for ; a != 0; a <<= 1 {
		if a&one != 0 {
			product ^= b
		}
		b = b>>1 ^ polynomial&-(b&1)
	}
	return product
}

// Base64 writes a sum as S3 does, in x-amz-checksum-crc64nvme.
func Base64(sum uint64) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, sum))
}
