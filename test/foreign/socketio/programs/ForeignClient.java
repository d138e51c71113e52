import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import org.json.JSONObject;

/** java ForeignClient URL QUERY TRANSPORTS: a client of io.socket:socket.io-client (foreign-client.ts). */
public class ForeignClient {
  private static PrintStream out;

  private static synchronized void tell(JSONObject event) {
    out.println(event.toString());
  }

  private static JSONObject event(String name) {
    try {
      return new JSONObject().put("event", name);
    } catch (Exception impossible) {
      throw new RuntimeException(impossible);
    }
  }

  public static void main(String[] args) throws Exception {
    out = new PrintStream(System.out, true, "UTF-8");
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnectionDelay = 50;
    options.reconnectionDelayMax = 200;
    options.query = args[1];
    if (args.length > 2 && !args[2].isEmpty()) options.transports = args[2].split(",");
    Socket socket = IO.socket(args[0], options);
    socket.on(Socket.EVENT_CONNECT, (given) -> tell(event("connect")));
    socket.on(Socket.EVENT_DISCONNECT, (given) -> tell(event("disconnect")));
    socket.on(Socket.EVENT_CONNECT_ERROR, (given) -> tell(event("refused")));
    socket.on("chat", (given) -> {
      try {
        JSONObject message = (JSONObject) given[0];
        tell(event("chat").put("content", message.get("content")).put("messageType", message.get("messageType")));
        ((Ack) given[given.length - 1]).call(message.get("msgId"));
      } catch (Exception error) {
        error.printStackTrace();
      }
    });
    socket.connect();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JSONObject message = new JSONObject(line);
      Ack ack = (given) -> {
        try {
          tell(event("acked").put("msgId", message.get("msgId")).put("code", ((JSONObject) given[0]).get("code")));
        } catch (Exception error) {
          error.printStackTrace();
        }
      };
      socket.emit("chat", new Object[] {message}, ack);
    }
    System.exit(0);
  }
}
