package io.sotto.graph;

/** Windows over pictures, channel by channel; of what lies inside the largest or the mean. */
record FloatPool(Window window, Shape in, Shape out) {
  float[] largest(float[] values, int images) {
    return pooled(values, images, true);
  }

  float[] mean(float[] values, int images) {
    return pooled(values, images, false);
  }

  private float[] pooled(float[] values, int images, boolean max) {
    int height = in.dim(0);
    int width = in.dim(1);
    int channels = in.dim(2);
    float[] results = new float[Math.multiplyExact(images, out.elements())];
    int to = 0;
    for (int image = 0; image < images; image++) {
      int picture = image * in.elements();
      for (int y = 0; y < out.dim(0); y++) {
        for (int x = 0; x < out.dim(1); x++) {
          int endY = window.endRow(y, height);
          int endX = window.endColumn(x, width);
          int count = (endY - window.firstRow(y)) * (endX - window.firstColumn(x));
          for (int channel = 0; channel < channels; channel++) {
            float result = max ? Float.NEGATIVE_INFINITY : 0;
            for (int fromY = window.firstRow(y); fromY < endY; fromY++) {
              for (int fromX = window.firstColumn(x); fromX < endX; fromX++) {
                float value = values[picture + (fromY * width + fromX) * channels + channel];
                result = max ? Math.max(result, value) : result + value;
              }
            }
            results[to++] = max ? result : result / count;
          }
        }
      }
    }
    return results;
  }
}
