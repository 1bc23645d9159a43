#!/usr/bin/env bash
# @aws-sdk/util-dynamodb 3.996.9 (Node.js)
#
# Guess: reading an item never rounds a number silently. Whole numbers beyond a double's 53 bits come as a BigInt,
#   so what no JavaScript number holds comes as a BigInt or as an error that names wrapNumbers.
# Behaviour: only the size is looked at. A fraction with more digits than a double has, of ordinary size, is
#   rounded without a word, and is written back rounded; from 2^53 on it's an error.
#   The other way round 1E30, a whole number, is an error, as BigInt() reads no exponents.
# Seen:
#   12345678901234567890     bigint 12345678901234567890
#   1234567890.123456789012  number 1234567890.1234567
#   90071992547409.93123     number 90071992547409.94
#   9007199254740993.5       an error
#   1E30                     an error
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --prefix . @aws-sdk/util-dynamodb@3.996.9 @aws-sdk/client-dynamodb@3.1169.0 >log 2>&1 ||
    { cat log >&2; exit 1; }
node --no-warnings - <<'JS'
const {marshall, unmarshall} = require('@aws-sdk/util-dynamodb');
const read = (digits) => {
  try {
    const value = unmarshall({n: {N: digits}}).n;
    return `${typeof value} ${value}`;
  } catch (error) {
    if (!error.message.includes('wrapNumbers')) throw error;
    return 'an error';
  }
};
const wanted = {
  '12345678901234567890': 'bigint 12345678901234567890',
  '1234567890.123456789012': 'number 1234567890.1234567',
  '90071992547409.93123': 'number 90071992547409.94',
  '9007199254740993.5': 'an error',
  '1E30': 'an error',
};
const order = ['12345678901234567890', '1234567890.123456789012', '90071992547409.93123', '9007199254740993.5', '1E30'];
for (const digits of order) {
  const seen = read(digits);
  console.log(digits.padEnd(24), seen);
  if (seen !== wanted[digits]) throw new Error('it changed');
}
const back = marshall(unmarshall({n: {N: '1234567890.123456789012'}})).n.N;
if (back !== '1234567890.1234567') throw new Error('writing back changed');
JS
