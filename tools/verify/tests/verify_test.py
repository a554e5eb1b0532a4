#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# verify_test.py RECEIPTS SHARED - the two verifiers agree on every receipt, good or damaged; and the second one's
# Ed25519 passes the vectors of Wycheproof where they are at hand.
import base64
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import verify  # noqa: E402

RECEIPTS, SHARED = sys.argv[1:3]
DAMAGED = int(os.environ.get("DAMAGED", "1000"))


class Verify(unittest.TestCase):
    def test_both_verifiers_agree_on_every_receipt(self):
        lines = subprocess.run([RECEIPTS, str(DAMAGED)], check=True, capture_output=True, text=True).stdout.split("\n")[:-1]
        vkey = verify.read_vkey(lines[0].removeprefix("vkey "))
        counts = {"holds": 0, "fails": 0}
        for line in lines[1:]:
            expected, text = line.split(" ")
            text = base64.b64decode(text)
            try:
                verify.verify(vkey, text)
                got = "holds"
            except verify.Wrong:
                got = "fails"
            self.assertEqual(got, expected, text)
            counts[got] += 1
        self.assertEqual(sum(counts.values()), DAMAGED + 12)
        self.assertGreaterEqual(counts["holds"], 12)
        self.assertLess(counts["holds"], DAMAGED / 20)  # what is left: damage to the lines of unknown witnesses
        print(counts, file=sys.stderr)

    def test_a_key_is_read_strictly(self):
        good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        verify.read_vkey(good)
        for bad in ("", "a+b", good.replace("530d903a", "530d903b"), good.replace("foo", "fo o"), good + "=",
                    good.replace("+Aeky", "+Auky"), good.replace("530d903a", "530D903A"), good[:-1]):
            with self.assertRaises(verify.Wrong, msg=bad):
                verify.read_vkey(bad)

    def test_the_checkpoints_of_a_public_log(self):
        folder = os.path.join(SHARED, "data/merkle/tessera-log/log")
        if not os.path.isdir(folder):
            self.skipTest(f"{folder} is not here")
        vkey = verify.read_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
        for size in range(16):
            with open(f"{folder}/checkpoint.{size}", encoding="utf-8", newline="") as f:
                note = f.read()
            tile = b""
            if size:
                with open(f"{folder}/tile/0/000.p/{size}", "rb") as f:
                    tile = f.read()
            leaves = [tile[i:i + 32] for i in range(0, len(tile), 32)]
            self.assertEqual(verify.read_checkpoint(vkey, note), (size, verify.root_of(leaves)))

    def test_signatures_against_wycheproof(self):
        path = os.path.join(SHARED, "data/merkle/wycheproof/ed25519_test.json")
        if not os.path.exists(path):
            self.skipTest(f"{path} is not here")
        with open(path, encoding="utf-8") as f:
            groups = json.load(f)["testGroups"]
        n = 0
        for group in groups:
            key = bytes.fromhex(group.get("publicKey", group.get("key"))["pk"])
            for case in group["tests"]:
                got = verify.signature_holds(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
                self.assertEqual(got, case["result"] == "valid", case)
                n += 1
        self.assertGreater(n, 100)

    def test_inclusion_proofs_against_published_ones(self):
        folder = os.path.join(SHARED, "data/merkle/transparency-dev-merkle/inclusion")
        if not os.path.isdir(folder):
            self.skipTest(f"{folder} is not here")
        n = 0
        for where, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(where, name), encoding="utf-8") as f:
                    case = json.load(f)
                proof = [base64.b64decode(p) for p in case["proof"] or []]
                leaf, root = base64.b64decode(case["leafHash"]), base64.b64decode(case["root"])
                try:  # a receipt's leaf is always a hash
                    ok = len(leaf) == 32 and root == verify.included(case["leafIdx"], case["treeSize"], leaf, proof)
                except verify.Wrong:
                    ok = False
                self.assertEqual(ok, not case["wantErr"], name)
                n += 1
        self.assertGreater(n, 90)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
