import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/** Follows a post and an inbox with the Java client of Socket.IO; prints and ends as client.py does. */
public class Client {
  static synchronized void say(String kind, Object data) {
    System.out.println(new JSONArray().put(kind).put(data == null ? JSONObject.NULL : data));
    System.out.flush();
  }

  public static void main(String[] args) throws Exception {
    IO.Options options = new IO.Options();
    options.path = "/notifications/socket.io";
    options.auth = Map.of("token", args[1]);
    options.reconnectionDelay = 200;
    options.reconnectionDelayMax = 1000;
    if (!args[4].isEmpty()) options.transports = new String[] {args[4]};
    Socket socket = IO.socket(URI.create(args[0]), options);
    Object cursor = args[3].isEmpty() ? null : new JSONObject(Map.of("cursor", args[3]));
    socket.on(Socket.EVENT_CONNECT, nothing -> {
      say("connect", null);
      socket.emit("subscribe-post", new Object[] {args[2], cursor}, (Ack) answer -> say("ack", answer[0]));
      socket.emit("subscribe", new Object[] {null, null}, (Ack) answer -> say("ack", answer[0]));
      socket.emit("subscribe-post", "not-an-id", null);
    });
    socket.on(Socket.EVENT_CONNECT_ERROR, error -> say("connect_error", String.valueOf(error[0])));
    socket.onAnyIncoming(event -> say(String.valueOf(event[0]), event.length > 1 ? event[1] : null));
    socket.connect();
    System.in.readAllBytes();
    socket.disconnect();
    System.exit(0);
  }
}
