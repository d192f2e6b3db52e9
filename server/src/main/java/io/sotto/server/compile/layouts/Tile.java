package io.sotto.server.compile.layouts;

/**
 * How much of a convolution one ciphertext holds.
 *
 * @param together images
 * @param planes of an upload, at most
 * @param rows of positions
 * @param columns of positions
 * @param channels of a result, at most
 */
record Tile(int together, int planes, int rows, int columns, int channels) {
  /** Coefficients of a plane, with what the kernel reaches around the positions. */
  int area(Convolution map) {
    return height(map) * width(map);
  }

  int height(Convolution map) {
    return rows + map.kernelRows() - 1;
  }

  int width(Convolution map) {
    return columns + map.kernelColumns() - 1;
  }

  /** Coefficients of an image. */
  int span(Convolution map) {
    return channels * planes * area(map);
  }

  /** Tiles of an image. */
  int tiles(Convolution map) {
    return ceil(map.rows(), rows) * ceil(map.columns(), columns);
  }

  /** Ciphertexts of a tile. */
  int inputs(Convolution map) {
    return ceil(map.planes().size(), planes);
  }

  /** Results of a tile. */
  int results(Convolution map) {
    return ceil(map.channels(), channels);
  }

  /** All coefficients of an upload are needed if several channels share a result. */
  boolean whole() {
    return channels > 1;
  }

  /** Is a weight polynomial one number? */
  boolean isPositions(Convolution map) {
    return planes == 1 && channels == 1 && map.kernelRows() == 1 && map.kernelColumns() == 1;
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
