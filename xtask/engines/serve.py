"""One real llama.cpp server on loopback: python serve.py MODEL.gguf NAME PORT SLOTS

Prints `ready http://...` once the model is loaded and the port open; ends on SIGTERM or when standard input closes, so
that it never outlives who started it. One compute thread: two on two cores leave none for the client.
"""
import os
import signal
import sys
import threading

import xllamacpp

model, name, port, slots = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
p = xllamacpp.CommonParams()
p.model.path = model
p.model_alias = {name}
p.hostnames = ["127.0.0.1"]
p.port = port
p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 1
p.n_parallel = slots
p.n_ctx = 4096 * slots
p.cache_ram_mib = 0
p.endpoint_metrics = p.endpoint_slots = p.endpoint_props = True
p.ui = False
p.enable_reasoning = 0
p.sampling.reasoning_budget_tokens = 32
server = xllamacpp.Server(p)
print("ready", server.listening_address, flush=True)


def end_with_the_starter():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=end_with_the_starter, daemon=True).start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
os._exit(0)
