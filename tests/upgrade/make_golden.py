#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the data folder of a release that every later program must be able to take over. Run once per release.

    make_golden.py BIRGE OUT.tar.xz

A demonstration state (every state of a case, a diary, borders, people), and five appeals sent over the API whose
receipts, codes and words lie beside it in `kept.json`. Receipts of every release stay here for ever.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../crash"))
import birge_client as bc  # noqa: E402

APPEALS = [
    {"subject": "Көше шамы", "text": "Біздің көшеде шам жанбайды.\nКүзден бері.", "language": "kk"},
    {"subject": "Мусор у школы", "text": "Контейнеры не вывозят вторую неделю.", "language": "ru"},
    {"subject": "Water", "text": "No water on the fifth floor in the mornings.", "language": "en",
     "applicant": {"name": "A. Person", "email": "person@example.org"}},
    {"subject": "\"Quotes\" & <marks>", "text": "Tab\there, an emoji \U0001F4A1, and a line end.\n", "language": "en"},
    {"subject": "Длинное", "text": "слово " * 2000, "language": "ru"},
]


def main():
    birge, out = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="birge-golden-") as folder:
        server = bc.Server(birge, folder + "/data")
        subprocess.run([birge, "init", "--demo", "--data", server.data, "--origin", "golden.test"], check=True,
                       stdout=subprocess.DEVNULL)
        server.start()
        kept = []
        for n, body in enumerate(APPEALS):
            c = server.connect()
            c.request("POST", "/api/v1/appeals", json.dumps(body).encode(),
                      {"Content-Type": "application/json", "Idempotency-Key": f"golden-{n}"})
            reply = c.getresponse()
            answer = json.loads(reply.read())
            assert reply.status == 201, answer
            kept.append({"sent": body, "answer": answer})
        server.stop()
        with open(folder + "/kept.json", "w", encoding="utf-8") as f:
            json.dump(kept, f, ensure_ascii=False, indent=1)
        os.unlink(server.data + ".stderr")
        subprocess.run(["tar", "-C", folder, "--sort=name", "--owner=0", "--group=0", "--mtime=2026-11-25", "-cJf", out,
                        "data", "kept.json"], check=True)


if __name__ == "__main__":
    main()
