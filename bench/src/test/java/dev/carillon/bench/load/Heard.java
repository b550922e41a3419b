package dev.carillon.bench.load;

import java.util.ArrayList;
import java.util.List;

/// Keeps what a conversation heard.
final class Heard implements Conversation.Ear {

    final List<String> messages = new ArrayList<>();
    final List<String> recovered = new ArrayList<>();
    final List<String> faults = new ArrayList<>();
    final List<Integer> ends = new ArrayList<>();
    int listening;
    int frames;

    @Override
    public void listening() {
        listening++;
    }

    @Override
    public void message() {
        frames++;
    }

    @Override
    public int heard(byte[] in, int from, int to) {
        messages.add(Ascii.text(in, from, to));
        return 1;
    }

    @Override
    public void recovered(byte[] in, int from, int to) {
        recovered.add(Ascii.text(in, from, to));
    }

    @Override
    public void fault(String what) {
        faults.add(what);
    }

    @Override
    public void over(int code) {
        ends.add(code);
    }
}
