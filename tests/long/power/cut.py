"""cut.py LOSSYDISK POWER WORK CUTS [deaf] [sweep]: a real ext4 on a loop device on a disk with a volatile write cache (lossydisk). A child commits durable
transactions; whatever it acknowledged before a cut must be in the image after it. Prints one line for each mode, and a summary as JSON.

deaf: the control. The kernel answers the child's syncfs, fsync and fdatasync as if they had been done, and does nothing (seccomp, as containers
use it): the very same program is then a store that trusts sled's own flush. If nothing of that is lost, the rig shows nothing, and the run
fails. (syncfs alone is not enough: the fsync of the mark beside the store commits the file system's journal, and with it the length of the log.)

sweep: hardly anything but rewriting the store without people who were forgotten (two folders change names in one step). A cut during it must
leave one store or the other; if too few cuts fell into one, the run shows nothing, and fails."""
import ctypes, json, os, platform, random, shutil, signal, struct, subprocess, sys, threading, time

LOSSYDISK, POWER, WORK, CUTS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
DEAF, SWEEP = "deaf" in sys.argv[5:], "sweep" in sys.argv[5:]
# fsync(2), fdatasync(2) and syncfs(2) by their numbers on each machine.
SYNCS = {"x86_64": [74, 75, 306], "aarch64": [82, 83, 267]}
MODES = ["drop", "keep", "rand", "torn"]
MEGABYTES = 400
# The child stops itself at 64 MB; an image with less than this free says nothing any more.
ROOM = 100 << 20
AT_ONCE = 20


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def read_json(text):
    """What the check said; a check that says something else is a finding of its own."""
    try:
        return json.loads(text)
    except ValueError:
        return dict(bad=1, panic=text[:300])


def deafen():
    """In the child, before the program begins: nothing is brought to the disk, and all say that it is."""
    libc = ctypes.CDLL(None, use_errno=True)
    load, equal, answer = 0x20, 0x15, 0x06
    nothing_done, allow = 0x00050000, 0x7FFF0000
    syncs = SYNCS[platform.machine()]
    asked = [(equal, len(syncs) - at, 0, number) for at, number in enumerate(syncs)]
    steps = [(load, 0, 0, 0), *asked, (answer, 0, 0, allow), (answer, 0, 0, nothing_done)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
    no_new_privileges, seccomp, filtered = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(seccomp, filtered, program, 0, 0):
        os._exit(71)


place = f"{WORK}/cut-{os.getpid()}"
memory = f"/dev/shm/cut-{os.getpid()}"
os.makedirs(memory, exist_ok=True)
dice = random.Random()
results = {mode: dict(cuts=0, bad=0, acknowledged=0, missing=0, reused=0, damaged=0, unopened=0, in_sweep=0, swept=0, lying=0, slowest_ms=0) for mode in MODES}
examples = []
done = seed = 0
while done < CUTS:
    shutil.rmtree(place, ignore_errors=True)
    for folder in ("fuse", "mnt", "after"):
        os.makedirs(f"{place}/{folder}")
    base = f"{memory}/base.img"
    open(base, "wb").truncate(MEGABYTES << 20)
    run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", base)
    disk = subprocess.Popen([LOSSYDISK, base, f"{place}/fuse"], stderr=open(f"{place}/disk.log", "w"))
    while not os.path.exists(f"{place}/fuse/disk.img"):
        time.sleep(0.05)
    loop = run("losetup", "-f", "--show", f"{place}/fuse/disk.img")
    run("mount", loop, f"{place}/mnt")
    seed += 1
    os.makedirs(f"{place}/mnt/d")
    child = subprocess.Popen([POWER, "sweeper" if SWEEP else "child", f"{place}/mnt/d", f"S{os.getpid()}x{seed}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=deafen if DEAF else None)
    lines, ended, lock = [], [], threading.Lock()

    def read():
        for line in child.stdout:
            line = line.decode()
            with lock:
                (ended if line.startswith("E") else lines).append(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    for _ in range(AT_ONCE):
        if done >= CUTS:
            break
        mode = MODES[done % len(MODES)]
        time.sleep(dice.uniform(0.03, 0.4))
        with lock:
            count = len(lines)
        image = f"{memory}/after.img"
        with open(f"{place}/fuse/ctl", "w") as control:
            control.write(f"{mode} {dice.getrandbits(60)} {image}")
        child.send_signal(signal.SIGSTOP)
        with lock:
            acknowledged = [line for line in lines[:count] if line != "READY\n"]
            in_sweep = count == len(lines) and lines[-1:] == ["SWEEPING\n"]
        open(f"{memory}/acks", "w").writelines(acknowledged)
        after = run("losetup", "-f", "--show", image)
        try:
            run("mount", after, f"{place}/after")
            folder = f"{place}/after/d"
            if count and not os.path.exists(folder):
                said = dict(bad=1, gone=1)
            elif not count:
                said = dict(bad=0)
            else:
                checked = subprocess.run([POWER, "verify", folder, f"{memory}/acks"], capture_output=True, text=True, timeout=120)
                said = read_json(checked.stdout) if checked.stdout.strip() else dict(bad=1, panic=checked.stderr[:300])
            run("umount", f"{place}/after")
        except subprocess.CalledProcessError as error:
            said = dict(bad=1, mount=error.stderr[:200])
        finally:
            run("losetup", "-d", after)
        result = results[mode]
        result["cuts"] += 1
        result["bad"] += said.get("bad", 1)
        result["acknowledged"] += said.get("acked", 0)
        result["in_sweep"] += in_sweep
        result["swept"] += said.get("swept", 0)
        result["lying"] += said.get("lying", 0)
        result["missing"] += said.get("missing", 0)
        result["reused"] += said.get("would_reuse_index", 0)
        result["damaged"] += 1 if said.get("problems", 0) else 0
        result["unopened"] += 1 if any(name in said for name in ("open_error", "panic", "mount", "gone")) else 0
        result["slowest_ms"] = max(result["slowest_ms"], said.get("open_ms", 0))
        if said.get("bad", 1):
            examples.append(said)
        done += 1
        child.send_signal(signal.SIGCONT)
        if ended or child.poll() is not None or shutil.disk_usage(f"{place}/mnt").free < ROOM:
            break
    child.kill()
    child.wait()
    reader.join(2)
    run("umount", f"{place}/mnt")
    run("losetup", "-d", loop)
    time.sleep(0.1)
    run("umount", f"{place}/fuse")
    disk.wait(10)
    # Full is how an image ends; whatever else the child says is a finding.
    examples += [line for line in ended if "Full" not in line]
shutil.rmtree(place, ignore_errors=True)
shutil.rmtree(memory, ignore_errors=True)
for mode, result in results.items():
    print(mode, *(f"{name}={value}" for name, value in result.items()))
print(json.dumps(dict(modes=results, examples=examples[:5])))
if SWEEP and not DEAF and sum(result["in_sweep"] for result in results.values()) * 4 < CUTS:
    print("too few cuts fell into a sweep")
    sys.exit(1)
if DEAF:
    lost = sum(result["missing"] + result["unopened"] for result in results.values())
    print(f"control: {lost} lost or unopened where nothing waits for the disk")
    sys.exit(0 if lost else 1)
sys.exit(1 if examples or any(result["bad"] for result in results.values()) else 0)
