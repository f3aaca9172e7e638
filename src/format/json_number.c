/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"

#include <float.h>
#include <math.h>

enum {
	DIGITS_MAX = 800,   /* 767 decide between two doubles; of more, only whether any is not 0 */
	EXPONENT_MAX = 1 << 30,
	SHIFT_MAX = 59,     /* a digit shifted so far fits 64 bits, with its carry */
};

/* 0.ddd * 10^point, ddd without zeros at either end. */
struct decimal {
	int64_t point;
	size_t n;
	bool more;  /* digits were cut off, and not all were 0 */
	uint8_t digit[DIGITS_MAX];
};

bool
json_i64(struct json v, int64_t *out)
{
	str s = json_str(v);
	bool negative = s.n > 0 && s.p[0] == '-';
	uint64_t n = 0, most = (uint64_t)INT64_MAX + negative;

	if (json_kind(v) != JSON_NUMBER)
		return false;
	for (size_t i = negative; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9 || n > (most - d) / 10)
			return false;
		n = n * 10 + d;
	}
	*out = negative ? -(int64_t)(n / 2) - (int64_t)(n - n / 2) : (int64_t)n;
	return true;
}

static void
digit_add(struct decimal *d, unsigned digit)
{
	if (d->n < DIGITS_MAX)
		d->digit[d->n++] = (uint8_t)digit;
	else
		d->more = d->more || digit != 0;
}

static void
zeros_drop(struct decimal *d)
{
	while (d->n > 0 && d->digit[d->n - 1] == 0)
		d->n--;
}

/* s is a number as RFC 8259 6 has it, without its sign. */
static void
decimal_from(str s, struct decimal *d)
{
	bool fraction = false, minus;
	int64_t exponent = 0;
	size_t i = 0;

	d->n = 0;
	d->point = 0;
	d->more = false;
	for (; i < s.n && (s.p[i] | 0x20) != 'e'; i++) {
		if (s.p[i] == '.') {
			fraction = true;
			continue;
		}
		if (d->n > 0 || s.p[i] != '0') {
			digit_add(d, (unsigned)(s.p[i] - '0'));
			d->point += !fraction;
		} else {
			d->point -= fraction;
		}
	}
	if (i++ < s.n) {
		minus = s.p[i] == '-';
		for (i += minus || s.p[i] == '+'; i < s.n; i++)
			if (exponent < EXPONENT_MAX)
				exponent = exponent * 10 + (s.p[i] - '0');
		d->point += minus ? -exponent : exponent;
	}
	zeros_drop(d);
}

/* Divides by 2^shift. */
static void
decimal_halve(struct decimal *d, unsigned shift)
{
	struct decimal was = *d;
	uint64_t rest = 0, mask = ((uint64_t)1 << shift) - 1;

	d->n = 0;
	for (size_t i = 0; i < was.n || rest != 0; i++) {
		rest = rest * 10 + (i < was.n ? was.digit[i] : 0);
		if (d->n > 0 || rest >> shift != 0)
			digit_add(d, (unsigned)(rest >> shift));
		else
			d->point--;
		rest &= mask;
	}
	zeros_drop(d);
}

/* Multiplies by 2^shift. */
static void
decimal_double(struct decimal *d, unsigned shift)
{
	uint8_t front[20];  /* what is carried past the first digit, last digit first */
	size_t n = 0;
	uint64_t carry = 0;
	struct decimal was;

	for (size_t i = d->n; i-- > 0; carry /= 10) {
		carry += (uint64_t)d->digit[i] << shift;
		d->digit[i] = (uint8_t)(carry % 10);
	}
	for (; carry != 0; carry /= 10)
		front[n++] = (uint8_t)(carry % 10);
	was = *d;
	d->point += (int64_t)n;
	d->n = 0;
	while (n-- > 0)
		digit_add(d, front[n]);
	for (size_t i = 0; i < was.n; i++)
		digit_add(d, was.digit[i]);
	zeros_drop(d);
}

/* The whole part, which is less than 2^54, rounded to even at a half. */
static uint64_t
decimal_round(const struct decimal *d)
{
	uint64_t whole = 0;
	size_t point = d->point > 0 ? (size_t)d->point : 0, i = 0;
	bool up = false;

	for (; i < point; i++)
		whole = whole * 10 + (i < d->n ? d->digit[i] : 0);
	if (d->point >= 0 && point < d->n)
		up = d->digit[point] > 5
		    || (d->digit[point] == 5 && (point + 1 < d->n || d->more || whole % 2 == 1));
	return whole + up;
}

/* How far 1 can be shifted and stay under 10^digits; once at least. */
static unsigned
shift_of(int64_t digits)
{
	return digits < 1 ? 1 : digits > 17 ? SHIFT_MAX : (unsigned)(digits * 332 / 100);
}

/* Brings d to 1/2 <= d < 1 by a power of two, then takes as many bits as a
 * double has at that size. Slow and exact. */
static bool
decimal_to_f64(struct decimal *d, double *out)
{
	int exponent = 0, bits;
	double v;

	*out = 0;
	if (d->n == 0 || d->point < -400)
		return true;
	if (d->point > 400)
		return false;
	while (d->point > 0) {
		unsigned shift = shift_of(d->point - 1);

		decimal_halve(d, shift);
		exponent += (int)shift;
	}
	while (d->point < 0 || d->digit[0] < 5) {
		unsigned shift = shift_of(-d->point);

		decimal_double(d, shift);
		exponent -= (int)shift;
	}
	bits = exponent < DBL_MIN_EXP ? DBL_MANT_DIG - (DBL_MIN_EXP - exponent) : DBL_MANT_DIG;
	if (bits < 0)
		return true;
	if (bits > 0)
		decimal_double(d, (unsigned)bits);
	v = ldexp((double)decimal_round(d), exponent - bits);
	if (v > DBL_MAX)
		return false;
	*out = v;
	return true;
}

bool
json_f64(struct json v, double *out)
{
	static const double powers[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
	};
	struct decimal d;
	str s = json_str(v);
	bool negative = s.n > 0 && s.p[0] == '-';
	uint64_t whole = 0;
	int64_t power;
	double f;

	if (json_kind(v) != JSON_NUMBER)
		return false;
	decimal_from(negative ? (str){ s.p + 1, s.n - 1 } : s, &d);
	power = d.point - (int64_t)d.n;
	if (d.n <= 15 && power >= -22 && power <= 22 && FLT_EVAL_METHOD == 0) {
		/* both are exact, so the one operation rounds right */
		for (size_t i = 0; i < d.n; i++)
			whole = whole * 10 + d.digit[i];
		f = power < 0 ? (double)whole / powers[-power] : (double)whole * powers[power];
	} else if (!decimal_to_f64(&d, &f)) {
		return false;
	}
	*out = negative ? -f : f;
	return true;
}
