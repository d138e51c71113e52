"""python client.py URL TRANSPORTS: a client of python-socketio (foreign-client.ts)."""
import json
import os
import sys
import threading

import socketio

url, transports = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ''
sio = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.3)
lock = threading.Lock()


def tell(**event):
    with lock:
        print(json.dumps(event), flush=True)


@sio.on('connect')
def connected():
    tell(event='connect')


@sio.on('disconnect')
def disconnected(*_):
    tell(event='disconnect')


@sio.on('chat')
def chat(message):
    tell(event='chat', content=message['content'], messageType=message['messageType'])
    return message['msgId']


try:
    sio.connect(url, **({'transports': transports.split(',')} if transports else {}))
except socketio.exceptions.ConnectionError:
    tell(event='refused')
    os._exit(0)
for line in sys.stdin:
    message = json.loads(line)
    sio.emit(
        'chat', message, callback=lambda reply, name=message['msgId']: tell(event='acked', msgId=name, code=reply['code'])
    )
os._exit(0)
