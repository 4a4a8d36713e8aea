"""Stock grpcio, which learns all messages by reflection. Prints what it gets as lines of JSON: [kind, data]."""
import json
import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

where, target, token, post_id = sys.argv[1:5]
channel = grpc.insecure_channel(target)
database = ProtoReflectionDescriptorDatabase(channel)
pool = descriptor_pool.DescriptorPool(database)
metadata = [("authorization", f"Bearer {token}")] if where == "gateway" else [("x-service-token", token)]


def emit(kind, data):
    print(json.dumps([kind, data]), flush=True)


def method(service, name):
    found = pool.FindServiceByName(f"newfeed.v1.{service}").methods_by_name[name]
    request = message_factory.GetMessageClass(found.input_type)
    response = message_factory.GetMessageClass(found.output_type)
    make = channel.unary_stream if found.server_streaming else channel.stream_unary if found.client_streaming else channel.unary_unary
    call = make(f"/newfeed.v1.{service}/{name}", request_serializer=request.SerializeToString, response_deserializer=response.FromString)
    return request, call


def show(message):
    return json_format.MessageToDict(message)


emit("services", sorted(database.get_services()))
emit("health", health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=""), timeout=30).status)

request, get_post = method("PostService", "GetPostById")
emit("post", show(get_post(request(id=post_id), metadata=metadata, timeout=30)))
try:
    get_post(request(id="0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e"), timeout=30)
except grpc.RpcError as error:
    emit("refused", [error.code().name, error.details()])

if where != "gateway":
    sys.exit()

request, create_comment = method("PostService", "CreateComment")
follow_request, follow = method("LiveService", "FollowPost")
for event in follow(follow_request(post_id=post_id), metadata=metadata, timeout=60):
    kind = event.WhichOneof("event")
    emit("event", kind)
    if kind == "hello":
        create_comment(request(post_id=post_id, content="from Python"), metadata=metadata, timeout=30)
    if kind == "comment_added":
        emit("comment", show(event.comment_added.comment))
        break

request, upload = method("MediaService", "UploadMedia")


def pieces():
    with open(sys.argv[5], "rb") as file:
        picture = file.read()
    info = request()
    info.info.kind = "image"
    yield info
    for at in range(0, len(picture), 1000):
        yield request(chunk=picture[at : at + 1000])


emit("media", show(upload(pieces(), metadata=metadata, timeout=60)))

request, feed = method("PostService", "GetFeed")
try:
    feed(request(), metadata=metadata, timeout=0.000001)
except grpc.RpcError as error:
    emit("late", error.code().name)
