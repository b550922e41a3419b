package dev.carillon.bench.load;

/// A client that asks again whenever it is answered. Of every answer, the body is one message.
abstract class Polling implements Conversation, HttpReader.Sink {

    private static final int OK = 200;

    final Ear ear;
    private final HttpReader reader = new HttpReader(this);
    private final Carry body = new Carry();
    private int status;
    private boolean whole;

    Polling(Ear ear) {
        this.ear = ear;
    }

    /// Asks for what comes next.
    abstract void poll(Out out);

    /// Here is an answer; the bytes are as they are until this returns.
    abstract void answered(byte[] in, int size);

    @Override
    public final boolean recovers() {
        return true;
    }

    @Override
    public void connected(Out out) {
        reader.reset();
        body.clear();
        poll(out);
    }

    @Override
    public final int take(byte[] in, int from, int to, Out out) {
        int taken = reader.take(in, from, to);
        if (whole) {
            whole = false;
            poll(out);
        }
        return taken;
    }

    @Override
    public void head(int given, byte[] in, int from, int to) {
        status = given;
        if (given != OK) {
            ear.over(given);
        }
    }

    @Override
    public final void body(byte[] in, int from, int to) {
        body.add(in, from, to);
    }

    @Override
    public final void end() {
        if (status != OK) {
            return;
        }
        ear.message();
        ear.heard(body.bytes(), 0, body.size());
        answered(body.bytes(), body.size());
        body.clear();
        whole = true;
    }
}
