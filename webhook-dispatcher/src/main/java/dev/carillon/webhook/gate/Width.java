package dev.carillon.webhook.gate;

/// How many attempts at one endpoint may run at a time, found out by trying: a little more with every success,
/// half with every failure, a little less when answers take longer than they used to. Pure. Guarded by the
/// gate's lock.
final class Width {

    /// What an endpoint begins with about which nothing is known.
    static final int START = 4;

    private static final double SLOWER = 2;
    private static final double SLACK_MILLIS = 25;

    private final int most;
    private double width;
    private boolean isClimbing = true;
    private double usual;
    private double recent;

    /// @param most the widest
    Width(int most) {
        this.most = most;
        this.width = Math.min(START, most);
    }

    int width() {
        return (int) width;
    }

    /// @param millis how long the answer took
    /// @param inFlight how many ran, this one included
    void succeeded(long millis, int inFlight) {
        recent = recent == 0 ? millis : recent + (millis - recent) / 5;
        usual = usual == 0 ? millis : usual + (millis - usual) / (millis < usual ? 10 : 200);
        if (recent > usual * SLOWER + SLACK_MILLIS) {
            isClimbing = false;
            width = Math.max(1, width - width / 20);
        } else if (inFlight * 2 >= width()) {
            width = Math.min(most, width + (isClimbing ? 1 : 1 / width));
        }
    }

    void failed() {
        isClimbing = false;
        width = Math.max(1, width / 2);
    }
}
