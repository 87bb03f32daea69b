// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/exposition.h"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <limits>

#include "lib/metrics/openmetrics_writer.h"
#include "lib/metrics/text_writer.h"

namespace seriesguard {

void AppendExposition(const std::vector<CollectedFamily>& families, const NegotiatedFormat& format, std::string* out) {
  if (format.kind == ExpositionKind::kOpenMetrics) {
    AppendOpenMetrics(families, format.escaping, out);
  } else {
    AppendText(families, format.escaping, out);
  }
}

bool AppendGzip(std::string_view text, std::string* out) {
  constexpr int kGzipWindow = 15 + 16;  // zlib's word for a gzip header
  constexpr int kMemoryLevel = 8;
  z_stream stream = {};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return false;
  }
  const size_t before = out->size();
  size_t used = before;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib reads only
  size_t unread = text.size();
  int state = Z_OK;
  while (state == Z_OK) {
    // zlib counts in 32 bits.
    const size_t piece = std::min<size_t>(unread, std::numeric_limits<uInt>::max());
    stream.avail_in = static_cast<uInt>(piece);
    if (out->size() - used < (64u << 10)) out->resize(used + std::max<size_t>(64u << 10, (used - before) / 2));
    const size_t room = std::min<size_t>(out->size() - used, std::numeric_limits<uInt>::max());
    stream.next_out = reinterpret_cast<Bytef*>(out->data() + used);
    stream.avail_out = static_cast<uInt>(room);
    state = deflate(&stream, piece == unread ? Z_FINISH : Z_NO_FLUSH);
    unread -= piece - stream.avail_in;
    used += room - stream.avail_out;
  }
  deflateEnd(&stream);
  out->resize(state == Z_STREAM_END ? used : before);
  return state == Z_STREAM_END;
}

}  // namespace seriesguard
