/** What an app writes for the port between its pages. */
import 'atelier-react/broker'
