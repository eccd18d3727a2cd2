"""A task that does what a plan says (see `about` in workflow-vectors.json).

    fake_task.py PLAN PART --args-json ARGS --out-json OUT

PLAN is a JSON file {"non_parallel": {...}, "parallel": {...}}; PART is one of its keys.
"""

import json
import os
import sys
import time


def action_of(plan, args):
    by_url = plan or {}
    action = by_url.get(args.get("zarr_url"), by_url.get("*", {}))
    if isinstance(action, list):
        action = action[args.get("init_args", {}).get("i", 0)]
    return action


def main():
    plan_path, part = sys.argv[1:3]
    options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
    with open(options["--args-json"]) as file:
        args = json.load(file)
    with open(plan_path) as file:
        action = action_of(json.load(file).get(part), args)
    if "append_to" in action:
        # One write: lines of units that run side by side do not mix.
        fd = os.open(action["append_to"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(fd, ("%s\n" % args.get("zarr_url", part)).encode())
    if "sleep" in action:
        time.sleep(action["sleep"])
    if "wait_for" in action:
        while not os.path.exists(action["wait_for"]):
            time.sleep(0.02)
    if action.get("warn"):
        print("this is a WARNING", flush=True)
    if "print_environment" in action:
        print(json.dumps(dict(os.environ)), flush=True)
    if "fail" in action:
        print(action["fail"], file=sys.stderr, flush=True)
        sys.exit(1)
    if "signal" in action:
        os.kill(os.getpid(), action["signal"])
    if "raw" in action:
        with open(options["--out-json"], "w") as file:
            file.write(action["raw"])
    if "out" in action:
        with open(options["--out-json"], "w") as file:
            json.dump(action["out"], file)


main()
